// title: Customers like this one
// title zh: 相似的顾客
// question: Which customers bought the same products as a customer, and what share of both is the same?
// question zh: 哪些顾客与某顾客购买了相同商品，重合比例多少？
// parameter: user: User, such as U00001 | The customer. | 顾客。
// parameter: limit: integer 1..1000 = 20 | Customers shown. | 显示的顾客数。
// column: user: User | Id of the other customer. | 另一顾客编号。
// column: name: string | Their name. | 姓名。
// column: same: integer | Products that both bought. | 共同购买的商品数。
// column: similarity: number | Same products over all products of both (Jaccard). | 杰卡德相似度。
// picture: bar user similarity
// example: U00019 | Kira S. | 1 | 0.25
// example: U00069 | 林女士 | 1 | 0.25

MATCH (u:User {id: $user})-[:PURCHASED]->(p:Product)
WITH u, collect(DISTINCT p) AS products
WITH u, products, size(products) AS mine
UNWIND products AS p
MATCH (p)<-[:PURCHASED]-(v:User)
WHERE v.id <> u.id
WITH mine, v, count(DISTINCT p) AS same
MATCH (v)-[:PURCHASED]->(q:Product)
WITH mine, v, same, count(DISTINCT q) AS theirs
RETURN v.id AS user, v.name AS name, same, 1.0 * same / (mine + theirs - same) AS similarity
ORDER BY similarity DESC, user
LIMIT $limit
