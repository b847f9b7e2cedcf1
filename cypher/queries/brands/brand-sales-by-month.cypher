// title: Brands month by month
// title zh: 品牌月度销售
// question: How did the purchases of the largest brands go, month by month?
// question zh: 主要品牌的购买次数逐月如何变化？
// parameter: brands: integer 1..50 = 6 | Brands shown, the largest. | 显示的品牌数。
// column: month: string | Year and month. | 年月。
// column: purchases: integer | Purchases. | 购买次数。
// column: brand: Brand | Id of the brand. | 品牌编号。
// picture: line month purchases brand
// example: 2024-03 | 2 | Ovelo
// example: 2024-03 | 2 | Qinghe Works

// engine: ladybug
MATCH (b:Brand)<-[:HAS_BRAND]-(:Product)<-[x:PURCHASED]-(:User)
WHERE x.at IS NOT NULL
WITH b, count(x) AS total
ORDER BY total DESC, b.id
LIMIT $brands
MATCH (b)<-[:HAS_BRAND]-(:Product)<-[y:PURCHASED]-(:User)
WHERE y.at IS NOT NULL
RETURN left(string(y.at), 7) AS month, count(y) AS purchases, b.id AS brand
ORDER BY month, brand

// engine: neo4j
MATCH (b:Brand)<-[:HAS_BRAND]-(:Product)<-[x:PURCHASED]-(:User)
WHERE x.at IS NOT NULL
WITH b, count(x) AS total
ORDER BY total DESC, b.id
LIMIT $brands
MATCH (b)<-[:HAS_BRAND]-(:Product)<-[y:PURCHASED]-(:User)
WHERE y.at IS NOT NULL
RETURN left(toString(y.at), 7) AS month, count(y) AS purchases, b.id AS brand
ORDER BY month, brand
