// title: Categories month by month
// title zh: 分类月度销售
// question: How did the purchases in the largest categories go, month by month?
// question zh: 主要分类的购买次数逐月如何变化？
// parameter: categories: integer 1..50 = 6 | Categories shown, the largest. | 显示的分类数。
// column: month: string | Year and month. | 年月。
// column: purchases: integer | Purchases. | 购买次数。
// column: category: Category | Id of the category. | 分类编号。
// picture: line month purchases category
// example: 2024-01 | 1 | Audio > Headphones
// example: 2024-03 | 1 | Audio > Headphones

// engine: ladybug
MATCH (c:Category)<-[:IN_CATEGORY]-(:Product)<-[x:PURCHASED]-(:User)
WHERE x.at IS NOT NULL
WITH c, count(x) AS total
ORDER BY total DESC, c.id
LIMIT $categories
MATCH (c)<-[:IN_CATEGORY]-(:Product)<-[y:PURCHASED]-(:User)
WHERE y.at IS NOT NULL
RETURN left(string(y.at), 7) AS month, count(y) AS purchases, c.id AS category
ORDER BY month, category

// engine: neo4j
MATCH (c:Category)<-[:IN_CATEGORY]-(:Product)<-[x:PURCHASED]-(:User)
WHERE x.at IS NOT NULL
WITH c, count(x) AS total
ORDER BY total DESC, c.id
LIMIT $categories
MATCH (c)<-[:IN_CATEGORY]-(:Product)<-[y:PURCHASED]-(:User)
WHERE y.at IS NOT NULL
RETURN left(toString(y.at), 7) AS month, count(y) AS purchases, c.id AS category
ORDER BY month, category
