// title: Prices far from their category
// title zh: 价格偏离分类的商品
// question: Which products cost far more or less than others in every category they stand in, perhaps by mistake?
// question zh: 哪些商品的价格在其所有分类中都明显偏高或偏低，可能标错？
// parameter: least_products: integer 2..1000000 = 4 | Products that a category must have. | 分类至少有的商品数。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: price: number | Its price. | 价格。
// column: lowest_mean: number | Lowest mean price among its categories. | 所属分类平均价格的最低值。
// column: highest_mean: number | Highest mean price among its categories. | 所属分类平均价格的最高值。
// column: times_off: number | How many times dearer or cheaper than the nearest of them. | 与最接近的分类均价相差的倍数。
// picture: table
// example: P0046 | Orange Arden Yoga Mat, Purple | 22.5 | 49.62 | 49.62 | 2.205
// example: P0013 | Pascorra Umbra Titanium Earbuds (blue) | 32.99 | 67.37 | 67.37 | 2.042

MATCH (c:Category)<-[:IN_CATEGORY]-(q:Product)
WHERE q.price > 0
WITH c, count(q.id) AS products, avg(q.price) AS mean_price
WHERE products >= $least_products
MATCH (c)<-[:IN_CATEGORY]-(p:Product)
WHERE p.price > 0
WITH p, min(mean_price) AS lowest_mean, max(mean_price) AS highest_mean,
     min(CASE WHEN p.price > mean_price THEN p.price / mean_price ELSE mean_price / p.price END) AS times_off
RETURN p.id AS product, p.name AS name, p.price AS price, lowest_mean, highest_mean, times_off
ORDER BY round(times_off, 9) + 0.0 DESC, product
LIMIT $limit
