// title: Who is probably interested?
// title zh: 谁可能感兴趣
// question: For each brand, category and attribute, how many customers are probably interested who never bought it?
// question zh: 每个品牌、分类和属性，有多少从未购买却可能感兴趣的顾客？
// parameter: least_score: number 0..1 = 0 | Score from which an interest counts. | 计入的最低分。
// parameter: limit: integer 1..1000 = 30 | Things shown. | 显示的条数。
// column: thing: string | Id of the brand, category or attribute. | 品牌、分类或属性编号。
// column: interested: integer | Customers who are probably interested. | 可能感兴趣的顾客数。
// column: never_bought: integer | Those who never bought anything of it. | 其中从未购买的人数。
// column: mean_score: number | Mean probability. | 平均概率。
// picture: bar thing interested
// example: waterproof=no | 39 | 0 | 0.7995
// example: pattern=plain | 29 | 0 | 0.789

MATCH (u:User)-[i:INTERESTED_IN]->(x:Brand|Category|Attribute)
WHERE i.score >= $least_score
WITH u, x, max(i.score) AS score
WITH x, score, CASE WHEN EXISTS { MATCH (u)-[:PURCHASED]->(:Product)-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x) } THEN 0 ELSE 1 END AS never
WITH x.id AS thing, count(*) AS interested, sum(never) AS never_bought, avg(score) AS mean_score
RETURN thing, interested, never_bought, mean_score
ORDER BY interested DESC, thing
LIMIT $limit
