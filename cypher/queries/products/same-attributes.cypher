// title: Products with the same traits
// title zh: 特征相同的商品
// question: Which products share most of their brand, categories and attributes with a product?
// question zh: 哪些商品与某商品在品牌、分类和属性上最相同？
// parameter: product: Product, such as P0026 | The product. | 商品。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the other product. | 另一商品编号。
// column: name: string | Its name. | 商品名称。
// column: shared: integer | Brand, categories and attributes that both have. | 共同特征数。
// column: of: integer | Those that the product has. | 该商品的特征数。
// column: price: number | Price of the other. | 另一商品价格。
// picture: bar name shared
// example: P0007 | Birch Recycled Polyester Tote Bag by Lumarc Bay | 2 | 4 | 32.99
// example: P0029 | Nordic Wool Winter Coat by Corvanti in Beige | 2 | 4 | 321

MATCH (p:Product {id: $product})-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x:Brand|Category|Attribute)
WITH p, collect(DISTINCT x) AS traits
WITH p, traits, size(traits) AS of
UNWIND traits AS x
MATCH (x)<-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]-(q:Product)
WHERE q.id <> p.id AND q.in_catalogue
WITH q, of, count(DISTINCT x) AS shared
RETURN q.id AS product, q.name AS name, shared, of, q.price AS price
ORDER BY shared DESC, product
LIMIT $limit
