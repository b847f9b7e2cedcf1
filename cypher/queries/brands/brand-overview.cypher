// title: Brands side by side
// title zh: 品牌对比
// question: How many products, customers, purchases and stars has each brand?
// question zh: 每个品牌的商品数、顾客数、购买次数和评分各是多少？
// parameter: limit: integer 1..1000 = 30 | Brands shown. | 显示的品牌数。
// column: brand: Brand | Id of the brand. | 品牌编号。
// column: products: integer | Products in the catalogue. | 目录中的商品数。
// column: mean_price: number | Their mean price. | 平均价格。
// column: customers: integer | Customers who bought one. | 购买人数。
// column: purchases: integer | How often. | 购买次数。
// column: reviews: integer | Reviews. | 评论数。
// column: rating: number | Mean stars. | 平均评分。
// picture: bar brand customers
// example: Qinghe Works | 4 | 112.2 | 53 | 61 | 32 | 4.188
// example: Miravel | 3 | 147.5 | 48 | 61 | 32 | 3.531

MATCH (b:Brand)<-[:HAS_BRAND]-(p:Product)
WHERE p.in_catalogue
WITH b, count(p.id) AS products, avg(p.price) AS mean_price
OPTIONAL MATCH (b)<-[:HAS_BRAND]-(:Product)<-[x:PURCHASED]-(u:User)
WITH b, products, mean_price, count(x) AS purchases, count(DISTINCT u) AS customers
ORDER BY customers DESC, purchases DESC, b.id
LIMIT $limit
OPTIONAL MATCH (b)<-[:HAS_BRAND]-(:Product)<-[:ABOUT]-(r:Review)
WITH b.id AS brand, products, mean_price, customers, purchases, count(r.id) AS reviews, avg(r.rating) AS rating
RETURN brand, products, mean_price, customers, purchases, reviews, rating
ORDER BY customers DESC, purchases DESC, brand
