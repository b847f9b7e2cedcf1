// title: Products linked to this one
// title zh: 与该商品关联的商品
// question: Which products are linked to a product, and by how many kinds of link?
// question zh: 某商品与其关系最密切的商品之间有几种关系？
// parameter: product: Product, such as P0026 | The product. | 商品。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the other product. | 另一商品编号。
// column: name: string | Its name. | 商品名称。
// column: also_bought: boolean | Customers buy both. | 一并购买。
// column: also_viewed: boolean | Customers look at both. | 一并浏览。
// column: together: boolean | They are sold as a bundle. | 组合销售。
// column: complements: boolean | One goes with the other. | 互补。
// column: substitutes: boolean | One can stand in for the other. | 可替代。
// column: kinds: integer | Kinds of link. | 关系种类数。
// picture: table
// example: P0013 | Pascorra Umbra Titanium Earbuds (blue) | true | false | false | true | false | 2
// example: P0048 | Kite Water Bottle by Vantorre | false | false | true | true | false | 2

MATCH (p:Product {id: $product})-[:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES]-(q:Product)
WHERE q.id <> p.id
WITH DISTINCT p, q
WITH q,
     EXISTS { MATCH (p)-[:ALSO_BOUGHT]-(q) } AS also_bought,
     EXISTS { MATCH (p)-[:ALSO_VIEWED]-(q) } AS also_viewed,
     EXISTS { MATCH (p)-[:BOUGHT_TOGETHER]-(q) } AS together,
     EXISTS { MATCH (p)-[:COMPLEMENTS]-(q) } AS complements,
     EXISTS { MATCH (p)-[:SUBSTITUTES]-(q) } AS substitutes
WITH q.id AS product, q.name AS name, also_bought, also_viewed, together, complements, substitutes,
     CASE WHEN also_bought THEN 1 ELSE 0 END + CASE WHEN also_viewed THEN 1 ELSE 0 END + CASE WHEN together THEN 1 ELSE 0 END
       + CASE WHEN complements THEN 1 ELSE 0 END + CASE WHEN substitutes THEN 1 ELSE 0 END AS kinds
RETURN product, name, also_bought, also_viewed, together, complements, substitutes, kinds
ORDER BY kinds DESC, product
LIMIT $limit
