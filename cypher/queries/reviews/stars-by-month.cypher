// title: Stars month by month
// title zh: 每月评分
// question: How many reviews came each month, and with how many stars?
// question zh: 每月有多少评论，平均评分多少？
// parameter: product: Product = "" | Reviews of this product alone; empty for all. | 仅该商品；空为全部。
// column: month: string | Year and month. | 年月。
// column: rating: number | Mean stars. | 平均评分。
// column: reviews: integer | Reviews. | 评论数。
// picture: line month rating
// example: 2023-11 | 3.72 | 75
// example: 2023-12 | 3.897 | 97

// engine: ladybug
MATCH (p:Product)<-[:ABOUT]-(r:Review)
WHERE r.at IS NOT NULL AND r.rating IS NOT NULL AND ($product = '' OR p.id = $product)
WITH left(string(r.at), 7) AS month, avg(r.rating) AS rating, count(r.id) AS reviews
RETURN month, rating, reviews
ORDER BY month

// engine: neo4j
MATCH (p:Product)<-[:ABOUT]-(r:Review)
WHERE r.at IS NOT NULL AND r.rating IS NOT NULL AND ($product = '' OR p.id = $product)
WITH left(toString(r.at), 7) AS month, avg(r.rating) AS rating, count(r.id) AS reviews
RETURN month, rating, reviews
ORDER BY month
