// title: Gaps in the range
// title zh: 品类空缺
// question: What do customers of a category buy elsewhere in the shop, such as a colour, that the category hardly offers?
// question zh: 某分类的顾客在店内其他地方常买什么（如某种颜色），而该分类几乎没有？
// parameter: category: Category, such as Shoes > Running Shoes | The category. | 分类。
// parameter: attribute: string = "colour" | Name of the attribute. | 属性名。
// parameter: limit: integer 1..1000 = 20 | Values shown. | 显示的值数。
// column: value: string | Value of the attribute. | 属性值。
// column: customers: integer | Customers of the category who bought it anywhere. | 在任何地方买过它的该分类顾客数。
// column: offered: integer | Products of the category that have it. | 该分类中具备它的商品数。
// column: customers_per_product: number | Customers for each product offered, one more counted so that none gives a number. | 每件（加一）商品对应的顾客数。
// picture: bar value customers_per_product
// example: red | 23 | 0 | 23
// example: grey | 22 | 0 | 22

MATCH (:Category {id: $category})<-[:IN_CATEGORY]-(:Product)<-[:PURCHASED]-(u:User)
WITH DISTINCT u
MATCH (u)-[:PURCHASED]->(:Product)-[:HAS_ATTRIBUTE]->(a:Attribute)
WHERE a.name = $attribute
WITH a, count(DISTINCT u) AS customers
OPTIONAL MATCH (a)<-[:HAS_ATTRIBUTE]-(p:Product)-[:IN_CATEGORY]->(c:Category)
WHERE c.id = $category
WITH a, customers, count(DISTINCT p) AS offered
RETURN a.value AS value, customers, offered, 1.0 * customers / (offered + 1) AS customers_per_product
ORDER BY customers_per_product DESC, value
LIMIT $limit
