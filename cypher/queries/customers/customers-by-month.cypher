// title: Customers month by month
// title zh: 每月顾客
// question: How many customers bought each month, and how many of them for the first time?
// question zh: 每月有多少顾客购买，其中多少是首次？
// column: month: string | Year and month. | 年月。
// column: customers: integer | Customers who bought. | 购买人数。
// column: new_customers: integer | Those who never had before. | 首次购买人数。
// column: purchases: integer | Purchases. | 购买次数。
// picture: line month customers
// example: 2024-01 | 3 | 3 | 3
// example: 2024-02 | 1 | 0 | 1

// engine: ladybug
MATCH (u:User)-[x:PURCHASED]->(:Product)
WHERE x.at IS NOT NULL
WITH u, left(string(x.at), 7) AS month, count(x) AS bought, min(x.at) AS early
MATCH (u)-[y:PURCHASED]->(:Product)
WITH u, month, bought, left(string(min(y.at)), 7) AS first
WITH month, count(u.id) AS customers, sum(CASE WHEN month = first THEN 1 ELSE 0 END) AS new_customers, sum(bought) AS purchases
RETURN month, customers, new_customers, purchases
ORDER BY month

// engine: neo4j
MATCH (u:User)-[x:PURCHASED]->(:Product)
WHERE x.at IS NOT NULL
WITH u, left(toString(x.at), 7) AS month, count(x) AS bought
MATCH (u)-[y:PURCHASED]->(:Product)
WITH u, month, bought, left(toString(min(y.at)), 7) AS first
WITH month, count(u.id) AS customers, sum(CASE WHEN month = first THEN 1 ELSE 0 END) AS new_customers, sum(bought) AS purchases
RETURN month, customers, new_customers, purchases
ORDER BY month
