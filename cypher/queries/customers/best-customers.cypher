// title: Best customers
// title zh: 最佳顾客
// question: Which customers bought for most, at today's prices, and when did they buy last?
// question zh: 哪些顾客消费最多（按现价），最近一次购买是什么时候？
// parameter: since: time = latest PURCHASED - 3650 days | Purchases from here on; those without a time count too. | 起始时间；没有时间的购买也计入。
// parameter: limit: integer 1..1000 = 20 | Customers shown. | 显示的顾客数。
// column: user: User | Id of the customer. | 顾客编号。
// column: name: string | Their name. | 姓名。
// column: purchases: integer | How often they bought. | 购买次数。
// column: spent: number | Sum of the products' prices. | 商品价格之和。
// column: last: time | Their last purchase. | 最近一次购买。
// picture: bar name spent
// example: U00032 | Finn C. | 24 | 1959 | 2025-06-20 14:29
// example: U00035 | Yara N. | 23 | 1941 | 2025-06-28 10:27

MATCH (u:User)-[x:PURCHASED]->(p:Product)
WHERE x.at >= $since OR x.at IS NULL
WITH u, count(x) AS purchases, coalesce(sum(p.price), 0.0) AS spent, max(x.at) AS last
RETURN u.id AS user, u.name AS name, purchases, spent, last
ORDER BY round(coalesce(spent, 0.0), 6) DESC, purchases DESC, user
LIMIT $limit
