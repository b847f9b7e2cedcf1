// title: What customers are probably interested in
// title zh: 顾客可能的兴趣
// question: Which interests of customers did the model conclude, and on the grounds of how many purchases?
// question zh: 模型推断出顾客的哪些兴趣？依据多少次购买？
// parameter: user: User = "" | This customer alone; empty for all. | 仅该顾客；空为全部。
// parameter: limit: integer 1..1000 = 30 | Interests shown. | 显示的兴趣数。
// column: user: User | Id of the customer. | 顾客编号。
// column: name: string | Their name. | 姓名。
// column: thing: string | Id of what they are interested in. | 感兴趣对象的编号。
// column: score: number | Probability. | 概率。
// column: model: string | Model that concluded it. | 推断模型。
// column: bought: integer | Products that they bought of it. | 已购买的相关商品数。
// column: looked_at: integer | Products that they looked at or put in a cart. | 浏览或加购的相关商品数。
// picture: table
// example: U00083 | 胡老师 | pattern=checked | 0.9 | planted | 9 | 8
// example: U00009 | 王女士 | pattern=dotted | 0.8889 | planted | 8 | 5

MATCH (u:User)-[i:INTERESTED_IN]->(x:Brand|Category|Attribute|Aspect|Product)
WHERE $user = '' OR u.id = $user
WITH u, x, max(i.score) AS score, min(i.model) AS model
ORDER BY score DESC, u.id, x.id
LIMIT $limit
OPTIONAL MATCH (u)-[:PURCHASED]->(p:Product)-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x)
WITH u, x, score, model, count(DISTINCT p) AS bought
OPTIONAL MATCH (u)-[:VIEWED|CLICKED|CARTED]->(q:Product)-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x)
WITH u, x, score, model, bought, count(DISTINCT q) AS looked_at
RETURN u.id AS user, u.name AS name, x.id AS thing, score, model, bought, looked_at
ORDER BY score DESC, user, thing
