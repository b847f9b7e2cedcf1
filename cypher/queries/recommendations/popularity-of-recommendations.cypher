// title: Do recommendations favour the popular?
// title zh: 推荐是否偏向热门
// question: Which products stand in most customers' lists (shopgraph lists puts them into the graph), and do they stand there more than they are bought?
// question zh: 哪些商品出现在最多顾客的推荐列表中（列表由 shopgraph lists 写入图谱），它们被推荐得是否比被购买得更多？
// parameter: limit: integer 1..1000 = 30 | Products shown. | 显示的条数。
// column: product: string | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: recommended: integer | Customers in whose list it stands. | 列表中含该商品的顾客数。
// column: recommended_share: number | Share of all recommendations. | 占全部推荐的比例。
// column: purchases: integer | Its purchases. | 购买次数。
// column: purchases_share: number | Share of all purchases. | 占全部购买的比例。
// column: favoured: number | The first share by the second: above 1 where it is recommended more than bought. | 前者与后者之比：大于 1 表示推荐多于购买。
// picture: bar name recommended_share
// example: P0002 | Miravel Canvas Boots Kelso | 81 | 0.225 | 26 | 0.03198 | 7.036
// example: P0038 | Qinghe Works Jasper Walnut Speaker | 74 | 0.2056 | 36 | 0.04428 | 4.642

MATCH (:User)-[a:RECOMMENDED]->(:Product)
WITH count(a) AS all_recommended
MATCH (:User)-[b:PURCHASED]->(:Product)
WITH all_recommended, count(b) AS all_purchases
MATCH (u:User)-[:RECOMMENDED]->(p:Product)
WITH all_recommended, all_purchases, p, count(DISTINCT u) AS recommended
ORDER BY recommended DESC, p.id
LIMIT $limit
OPTIONAL MATCH (p)<-[c:PURCHASED]-(:User)
WITH all_recommended, all_purchases, p.id AS product, p.name AS name, recommended, count(c) AS purchases
RETURN product, name, recommended, 1.0 * recommended / all_recommended AS recommended_share,
       purchases, 1.0 * purchases / all_purchases AS purchases_share,
       CASE WHEN purchases > 0 THEN 1.0 * recommended * all_purchases / (1.0 * all_recommended * purchases) END AS favoured
ORDER BY recommended DESC, product
