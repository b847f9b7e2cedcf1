// title: Best sellers
// title zh: 畅销商品
// question: Which products were bought by most customers in a period?
// question zh: 某段时间里，哪些商品的购买人数最多？
// parameter: since: time = latest PURCHASED - 3650 days | Purchases from here on; those without a time count too. | 起始时间；没有时间的购买也计入。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: brand: string | Its brand. | 品牌。
// column: price: number | Its price. | 价格。
// column: buyers: integer | Customers who bought it. | 购买人数。
// column: purchases: integer | How often it was bought. | 购买次数。
// picture: bar name buyers
// example: P0038 | Qinghe Works Jasper Walnut Speaker | Qinghe Works | 123.5 | 36 | 36
// example: P0049 | Miravel Running Shoes Sable (brown) | Miravel | 111 | 28 | 28

MATCH (u:User)-[x:PURCHASED]->(p:Product)
WHERE x.at >= $since OR x.at IS NULL
WITH p, count(DISTINCT u) AS buyers, count(*) AS purchases
ORDER BY buyers DESC, purchases DESC, p.id
LIMIT $limit
OPTIONAL MATCH (p)-[:HAS_BRAND]->(b:Brand)
WITH p.id AS product, p.name AS name, min(b.name) AS brand, p.price AS price, buyers, purchases
RETURN product, name, brand, price, buyers, purchases
ORDER BY buyers DESC, purchases DESC, product
