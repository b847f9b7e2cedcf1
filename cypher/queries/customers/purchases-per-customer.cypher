// title: Purchases per customer
// title zh: 每位顾客的购买次数
// question: How many customers bought once, twice, or more often?
// question zh: 购买一次、两次及更多次的顾客各有多少？
// column: purchases: integer | How often a customer bought. | 购买次数。
// column: customers: integer | Customers who did so. | 顾客数。
// picture: bar purchases customers
// example: 2 | 10
// example: 3 | 15

MATCH (u:User)-[x:PURCHASED]->(:Product)
WITH u, count(x) AS purchases
RETURN purchases, count(u.id) AS customers
ORDER BY purchases
