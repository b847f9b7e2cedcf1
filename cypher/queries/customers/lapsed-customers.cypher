// title: Customers who stopped buying
// title zh: 流失的顾客
// question: Which good customers have not bought for long, and what brand did they buy most often?
// question zh: 哪些好顾客很久没有购买了？他们买得最多的品牌是什么？
// parameter: until: time = latest PURCHASED - 120 days | No purchase after this. | 此后没有购买。
// parameter: least_purchases: integer 1..1000000 = 5 | Purchases before it, at least. | 此前最少购买次数。
// parameter: limit: integer 1..1000 = 30 | Customers shown. | 显示的顾客数。
// column: user: User | Id of the customer. | 顾客编号。
// column: name: string | Their name. | 姓名。
// column: purchases: integer | How often they bought. | 购买次数。
// column: spent: number | Sum of the products' prices. | 商品价格之和。
// column: last: time | Their last purchase. | 最近一次购买。
// column: looked_since: integer | What they looked at or put in a cart since. | 此后的浏览与加购次数。
// picture: table
// example: U00003 | Ravi A. | 9 | 802.9 | 2025-02-23 09:46 | 0
// example: U00012 | Carla D. | 9 | 564.4 | 2025-03-06 20:16 | 0

MATCH (u:User)-[x:PURCHASED]->(p:Product)
WITH u, count(x) AS purchases, coalesce(sum(p.price), 0.0) AS spent, max(x.at) AS last
WHERE last <= $until AND purchases >= $least_purchases
OPTIONAL MATCH (u)-[v:VIEWED|CLICKED|CARTED]->(:Product)
WHERE v.at > $until
WITH u, purchases, spent, last, count(v) AS looked_since
RETURN u.id AS user, u.name AS name, purchases, spent, last, looked_since
ORDER BY purchases DESC, user
LIMIT $limit
