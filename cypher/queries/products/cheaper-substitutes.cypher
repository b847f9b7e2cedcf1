// title: Cheaper substitutes in stock
// title zh: 更便宜的有货替代品
// question: Which products that can stand in for a dearer one are in stock and cost less?
// question zh: 哪些有货的替代品比原商品便宜？
// parameter: product: Product = "" | Substitutes of this product alone; empty for all. | 仅该商品；空为全部。
// parameter: limit: integer 1..1000 = 20 | Pairs shown. | 显示的商品对数。
// column: product: Product | Id of the dearer product. | 原商品编号。
// column: name: string | Its name. | 商品名称。
// column: price: number | Its price. | 价格。
// column: substitute: Product | Id of the cheaper one. | 替代品编号。
// column: substitute_name: string | Its name. | 替代品名称。
// column: substitute_price: number | Its price. | 替代品价格。
// column: saved: number | Difference. | 差价。
// picture: table
// example: P0029 | Nordic Wool Winter Coat by Corvanti in Beige | 321 | P0077 | Corvanti Delta Leather Winter Coat, Grey | 240 | 81
// example: P0029 | Nordic Wool Winter Coat by Corvanti in Beige | 321 | P0005 | Juniper Recycled Polyester Winter Coat by Tidewick, Orange | 253.5 | 67.49

MATCH (p:Product)-[:SUBSTITUTES]-(q:Product)
WHERE p.id <> q.id AND q.price < p.price AND q.in_stock AND ($product = '' OR p.id = $product)
WITH DISTINCT p, q
RETURN p.id AS product, p.name AS name, p.price AS price,
       q.id AS substitute, q.name AS substitute_name, q.price AS substitute_price, p.price - q.price AS saved
ORDER BY round(saved, 6) DESC, product, substitute
LIMIT $limit
