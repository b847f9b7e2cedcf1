// title: Loyalty to brands
// title zh: 品牌忠诚度
// question: How many of a brand's customers bought two or more of its products?
// question zh: 某品牌的顾客中，有多少买了两件以上该品牌商品？
// parameter: least_customers: integer 1..1000000 = 20 | Customers that a brand must have. | 品牌最少顾客数。
// parameter: limit: integer 1..1000 = 30 | Brands shown. | 显示的品牌数。
// column: brand: Brand | Id of the brand. | 品牌编号。
// column: customers: integer | Customers who bought one of its products. | 购买人数。
// column: again: integer | Those who bought two or more different ones. | 购买两件以上不同商品的人数。
// column: loyalty: number | Their share. | 所占比例。
// column: products: integer | Products in the catalogue: with more, loyalty is easier. | 目录中的商品数（越多越容易忠诚）。
// picture: bar brand loyalty
// example: Sundrift | 42 | 14 | 0.3333 | 4
// example: Brisk & Bole | 28 | 9 | 0.3214 | 5

MATCH (b:Brand)<-[:HAS_BRAND]-(p:Product)<-[:PURCHASED]-(u:User)
WITH b, u, count(DISTINCT p) AS bought
WITH b, count(u.id) AS customers, sum(CASE WHEN bought > 1 THEN 1 ELSE 0 END) AS again
WHERE customers >= $least_customers
MATCH (b)<-[:HAS_BRAND]-(q:Product)
WHERE q.in_catalogue
WITH b.id AS brand, customers, again, count(q.id) AS products
RETURN brand, customers, again, 1.0 * again / customers AS loyalty, products
ORDER BY loyalty DESC, brand
LIMIT $limit
