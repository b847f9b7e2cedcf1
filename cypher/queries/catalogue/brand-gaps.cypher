// title: Categories a brand is missing from
// title zh: 品牌缺席的分类
// question: In which categories do a brand's customers buy though the brand offers nothing there?
// question zh: 某品牌的顾客在哪些该品牌没有商品的分类购物？
// parameter: brand: Brand, such as Kestrelo | The brand. | 品牌。
// parameter: limit: integer 1..1000 = 20 | Categories shown. | 显示的分类数。
// column: category: Category | Id of the category. | 分类编号。
// column: customers: integer | Customers of the brand who buy there. | 在此购物的该品牌顾客数。
// column: share: number | Of all customers of the brand. | 占该品牌顾客的比例。
// column: brands: integer | Brands that offer something there. | 该分类中的品牌数。
// picture: bar category customers
// example: Shoes > Boots | 12 | 0.5217 | 3
// example: Fitness > Dumbbells | 10 | 0.4348 | 3

MATCH (:Brand {id: $brand})<-[:HAS_BRAND]-(:Product)<-[:PURCHASED]-(u:User)
WITH collect(DISTINCT u) AS customers_of_brand
WITH customers_of_brand, size(customers_of_brand) AS everybody
UNWIND customers_of_brand AS u
MATCH (u)-[:PURCHASED]->(:Product)-[:IN_CATEGORY]->(c:Category)
WITH everybody, c, count(DISTINCT u) AS customers
WHERE NOT EXISTS { MATCH (c)<-[:IN_CATEGORY]-(:Product)-[:HAS_BRAND]->(b:Brand) WHERE b.id = $brand }
WITH everybody, c, customers
ORDER BY customers DESC, c.id
LIMIT $limit
OPTIONAL MATCH (c)<-[:IN_CATEGORY]-(:Product)-[:HAS_BRAND]->(b:Brand)
WITH everybody, c.id AS category, customers, count(DISTINCT b) AS brands
RETURN category, customers, 1.0 * customers / everybody AS share, brands
ORDER BY customers DESC, category
