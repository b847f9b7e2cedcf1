// title: What a segment likes
// title zh: 某类顾客的偏好
// question: Which categories do customers of one age, region or another trait buy more than the others?
// question zh: 某一年龄、地区或其他特征的顾客比其他人更多购买哪些分类？
// parameter: segment: Attribute, such as age=18-24 | Id of the customers' attribute. | 顾客属性编号。
// parameter: least_customers: integer 1..1000000 = 5 | Customers of the segment who buy there, at least. | 最少顾客数。
// parameter: limit: integer 1..1000 = 20 | Categories shown. | 显示的分类数。
// column: category: Category | Id of the category. | 分类编号。
// column: customers: integer | Customers of the segment who buy there. | 在此购买的该类顾客数。
// column: share: number | Of the segment's buyers. | 占该类买家的比例。
// column: others_share: number | Of all buyers. | 占全部买家的比例。
// column: lift: number | How many times as often as all. | 为总体的多少倍。
// picture: bar category lift
// example: Bags > Crossbody Bags | 6 | 0.4615 | 0.1833 | 2.517
// example: Audio > Earbuds | 5 | 0.3846 | 0.25 | 1.538

MATCH (u:User)
WHERE EXISTS { MATCH (u)-[:PURCHASED]->(:Product) }
WITH count(u.id) AS everybody
MATCH (v:User)-[:HAS_ATTRIBUTE]->(a:Attribute)
WHERE a.id = $segment AND EXISTS { MATCH (v)-[:PURCHASED]->(:Product) }
WITH everybody, count(v.id) AS segment_buyers
MATCH (c:Category)<-[:IN_CATEGORY]-(:Product)<-[:PURCHASED]-(w:User)
WITH everybody, segment_buyers, c, w, EXISTS { MATCH (w)-[:HAS_ATTRIBUTE]->(b:Attribute) WHERE b.id = $segment } AS inside
WITH everybody, segment_buyers, c, count(DISTINCT w) AS buyers,
     count(DISTINCT CASE WHEN inside THEN w.id ELSE null END) AS customers
WHERE customers >= $least_customers
RETURN c.id AS category, customers,
       1.0 * customers / segment_buyers AS share,
       1.0 * buyers / everybody AS others_share,
       1.0 * customers * everybody / (segment_buyers * buyers) AS lift
ORDER BY lift DESC, category
LIMIT $limit
