// title: Products with missing facts
// title zh: 信息不全的商品
// question: Which products lack the most of price, description, brand, category, attributes and photo, those most looked at first?
// question zh: 哪些商品缺少的信息（价格、描述、品牌、分类、属性、图片）最多，浏览多的在前？
// parameter: limit: integer 1..1000 = 30 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: lacking: integer | Facts that it lacks. | 缺少的信息项数。
// column: lacks: string | Which ones. | 缺少哪些。
// column: customers: integer | Customers who looked at it or bought it. | 浏览或购买过的顾客数。
// picture: table
// example: P0042 | Brisk & Bole Jasper 2 Frying Pan | 1 | description | 18
// example: P0026 | Brightwater Mill Boots Tern, Olive | 1 | brand | 17

MATCH (p:Product)
WHERE p.in_catalogue
WITH p,
     CASE WHEN p.price IS NULL THEN 1 ELSE 0 END AS price,
     CASE WHEN p.description IS NULL THEN 1 ELSE 0 END AS description,
     CASE WHEN EXISTS { MATCH (p)-[:HAS_BRAND]->(:Brand) } THEN 0 ELSE 1 END AS brand,
     CASE WHEN EXISTS { MATCH (p)-[:IN_CATEGORY]->(:Category) } THEN 0 ELSE 1 END AS category,
     CASE WHEN EXISTS { MATCH (p)-[:HAS_ATTRIBUTE]->(:Attribute) } THEN 0 ELSE 1 END AS attributes,
     CASE WHEN EXISTS { MATCH (p)-[:HAS_IMAGE]->(:Image) } THEN 0 ELSE 1 END AS photo
WITH p, price + description + brand + category + attributes + photo AS lacking,
     CASE price WHEN 1 THEN 'price ' ELSE '' END + CASE description WHEN 1 THEN 'description ' ELSE '' END
       + CASE brand WHEN 1 THEN 'brand ' ELSE '' END + CASE category WHEN 1 THEN 'category ' ELSE '' END
       + CASE attributes WHEN 1 THEN 'attributes ' ELSE '' END + CASE photo WHEN 1 THEN 'photo' ELSE '' END AS lacks
WHERE lacking > 0
OPTIONAL MATCH (p)<-[:VIEWED|CLICKED|CARTED|PURCHASED]-(u:User)
WITH p, lacking, lacks, count(DISTINCT u) AS customers
RETURN p.id AS product, p.name AS name, lacking, trim(lacks) AS lacks, customers
ORDER BY lacking DESC, customers DESC, product
LIMIT $limit
