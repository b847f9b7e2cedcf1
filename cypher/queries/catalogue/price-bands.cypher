// title: Price bands
// title zh: 价格区间
// question: How many products cost how much, and in which price band do customers buy?
// question zh: 各价格区间有多少商品，顾客在哪个区间购买？
// parameter: category: Category = "" | Products of this category alone; empty for all. | 仅该分类；空为全部。
// parameter: width: number 0.01..1000000 = 25 | Width of a band. | 区间宽度。
// column: from_price: number | Lower end of the band. | 区间下限。
// column: products: integer | Products in it. | 商品数。
// column: purchases: integer | Purchases of them. | 购买次数。
// column: purchases_per_product: number | Purchases for each product. | 每件商品的购买次数。
// picture: bar from_price purchases_per_product
// example: 0 | 6 | 35 | 5.833
// example: 25 | 21 | 164 | 7.81

MATCH (p:Product)
WHERE p.in_catalogue AND p.price IS NOT NULL
  AND ($category = '' OR EXISTS { MATCH (p)-[:IN_CATEGORY]->(c:Category) WHERE c.id = $category })
OPTIONAL MATCH (p)<-[x:PURCHASED]-(:User)
WITH p, count(x) AS bought
WITH floor(p.price / $width) * $width AS from_price, count(p.id) AS products, sum(bought) AS purchases
RETURN from_price, products, purchases, 1.0 * purchases / products AS purchases_per_product
ORDER BY from_price
