// title: Categories bought with this one
// title zh: 与该分类一起购买的分类
// question: In which other categories do the customers of a category buy, more than customers at large?
// question zh: 某分类的顾客还在哪些分类购买，高于一般顾客？
// parameter: category: Category, such as Shoes > Running Shoes | The category. | 分类。
// parameter: limit: integer 1..1000 = 20 | Categories shown. | 显示的分类数。
// column: category: Category | Id of the other category. | 另一分类编号。
// column: customers: integer | Customers who buy in both. | 两者都购买的人数。
// column: confidence: number | Share of the category's customers. | 占该分类顾客的比例。
// column: lift: number | How many times as often as by chance. | 提升度。
// picture: bar category lift
// example: Lamps > Pendant Lamps | 10 | 0.303 | 1.732
// example: Cookware > Mugs | 7 | 0.2121 | 1.697

MATCH (b:User)
WHERE EXISTS { MATCH (b)-[:PURCHASED]->(:Product) }
WITH count(b.id) AS everybody
MATCH (:Category {id: $category})<-[:IN_CATEGORY]-(:Product)<-[:PURCHASED]-(u:User)
WITH everybody, collect(DISTINCT u) AS customers_here
WITH everybody, customers_here, size(customers_here) AS here
UNWIND customers_here AS u
MATCH (u)-[:PURCHASED]->(:Product)-[:IN_CATEGORY]->(d:Category)
WHERE d.id <> $category
WITH everybody, here, d, count(DISTINCT u) AS customers
ORDER BY customers DESC, d.id
LIMIT 100
MATCH (d)<-[:IN_CATEGORY]-(:Product)<-[:PURCHASED]-(v:User)
WITH everybody, here, d.id AS category, customers, count(DISTINCT v) AS there
RETURN category, customers, 1.0 * customers / here AS confidence, 1.0 * customers * everybody / (here * there) AS lift
ORDER BY lift DESC, category
LIMIT $limit
