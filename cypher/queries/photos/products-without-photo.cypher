// title: Wanted products without a photo
// title zh: 缺少图片的热门商品
// question: Which products have the fewest photos though many customers look at them?
// question zh: 哪些商品浏览者多，图片却最少？
// parameter: most_photos: integer 0..1000 = 1 | Photos a product may have. | 图片数上限。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: photos: integer | Photos of it. | 图片数。
// column: customers: integer | Customers who looked at it or bought it. | 浏览或购买过的顾客数。
// picture: bar name customers
// example: P0038 | Qinghe Works Jasper Walnut Speaker | 1 | 40
// example: P0049 | Miravel Running Shoes Sable (brown) | 1 | 32

MATCH (p:Product)
WHERE p.in_catalogue
OPTIONAL MATCH (p)-[:HAS_IMAGE]->(i:Image)
WITH p, count(i.id) AS photos
WHERE photos <= $most_photos
OPTIONAL MATCH (p)<-[:VIEWED|CLICKED|PURCHASED]-(u:User)
WITH p, photos, count(DISTINCT u) AS customers
RETURN p.id AS product, p.name AS name, photos, customers
ORDER BY photos, customers DESC, product
LIMIT $limit
