// title: From looking to buying
// title zh: 从浏览到购买
// question: In each category, how many of those who look put something in a cart, and how many buy?
// question zh: 各分类中，浏览者有多少加购、多少购买？
// parameter: since: time = latest PURCHASED - 365 days | What customers did from here on. | 起始时间。
// parameter: limit: integer 1..1000 = 50 | Categories shown. | 显示的分类数。
// column: category: Category | Id of the category. | 分类编号。
// column: lookers: integer | Customers who looked. | 浏览人数。
// column: carters: integer | Customers who put something in a cart. | 加购人数。
// column: buyers: integer | Customers who bought. | 购买人数。
// column: looker_buys: number | Share of lookers who bought something there. | 浏览者中购买的比例。
// picture: bar category looker_buys
// example: Shoes > Boots | 42 | 19 | 38 | 0.9048
// example: Audio > Speakers | 40 | 13 | 32 | 0.8

MATCH (c:Category)<-[:IN_CATEGORY]-(:Product)<-[x:VIEWED|CLICKED]-(u:User)
WHERE x.at >= $since
WITH c, u, count(x) AS looked
WITH c, u,
     CASE WHEN EXISTS { MATCH (u)-[y:CARTED]->(:Product)-[:IN_CATEGORY]->(c) WHERE y.at >= $since } THEN 1 ELSE 0 END AS carted,
     CASE WHEN EXISTS { MATCH (u)-[z:PURCHASED]->(:Product)-[:IN_CATEGORY]->(c) WHERE z.at >= $since } THEN 1 ELSE 0 END AS bought
WITH c.id AS category, count(u.id) AS lookers, sum(carted) AS carters, sum(bought) AS buyers
RETURN category, lookers, carters, buyers, 1.0 * buyers / lookers AS looker_buys
ORDER BY lookers DESC, category
LIMIT $limit
