// title: Products that few links lead to
// title zh: 很少被关联指向的商品
// question: Which products in stock are hardly ever shown beside another, however well they sell?
// question zh: 哪些有货商品很少出现在其他商品旁，无论销量如何？
// parameter: limit: integer 1..1000 = 30 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: links_to: integer | Links that lead to it. | 指向它的关联数。
// column: purchases: integer | How often it was bought. | 购买次数。
// picture: table
// example: P0009 | Cork Nylon Wallet Larkspur in Black | 1 | 9
// example: P0002 | Miravel Canvas Boots Kelso | 2 | 26

MATCH (p:Product)
WHERE p.in_catalogue AND coalesce(p.in_stock, true)
WITH p, COUNT { MATCH (p)<-[:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS]-() } AS links_to,
     COUNT { MATCH (p)<-[:PURCHASED]-() } AS purchases
RETURN p.id AS product, p.name AS name, links_to, purchases
ORDER BY links_to, purchases DESC, product
LIMIT $limit
