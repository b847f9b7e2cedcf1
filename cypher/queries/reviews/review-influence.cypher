// title: What a review did to sales
// title zh: 评论对销售的影响
// question: After which reviews, very good or very bad, did a product sell better or worse than before?
// question zh: 哪些极好或极差的评论之后，商品卖得更好或更差？
// parameter: product: Product = "" | Reviews of this product alone; empty for all. | 仅该商品；空为全部。
// parameter: until: time = latest PURCHASED - 30 days | Reviews up to here, so that 30 days follow. | 评论截止时间，其后须有 30 天。
// parameter: least_purchases: integer 1..1000000 = 5 | Purchases within 30 days before and after, at least. | 前后 30 天内最少购买次数。
// parameter: limit: integer 1..1000 = 20 | Reviews shown. | 显示的评论数。
// column: review: Review | Id of the review. | 评论编号。
// column: product: Product | Id of the product. | 商品编号。
// column: rating: number | Stars given. | 评分。
// column: at: time | When it was written. | 评论时间。
// column: before: integer | Purchases in the 30 days before. | 此前 30 天的购买次数。
// column: after: integer | Purchases in the 30 days after. | 此后 30 天的购买次数。
// column: change: integer | After less before. | 变化。
// column: with_the_stars: boolean | It went the way of the stars. | 是否与评分方向一致。
// picture: table
// example: R00311 | P0087 | 5 | 2024-10-26 16:06 | 1 | 5 | 4 | true
// example: R00275 | P0087 | 5 | 2024-08-19 13:56 | 1 | 4 | 3 | true

// engine: ladybug
MATCH (r:Review)-[:ABOUT]->(p:Product)
WHERE (r.rating >= 5 OR r.rating <= 1) AND r.at <= $until AND ($product = '' OR p.id = $product)
MATCH (p)<-[x:PURCHASED]-(:User)
WHERE x.at >= r.at - interval('30 days') AND x.at < r.at + interval('30 days')
WITH r, p, sum(CASE WHEN x.at < r.at THEN 1 ELSE 0 END) AS before, sum(CASE WHEN x.at >= r.at THEN 1 ELSE 0 END) AS after
WHERE before + after >= $least_purchases
WITH r, p, before, after, after - before AS change
RETURN r.id AS review, p.id AS product, r.rating AS rating, r.at AS at, before, after, change,
       ((r.rating >= 5 AND change > 0) OR (r.rating <= 1 AND change < 0)) AS with_the_stars
ORDER BY abs(change) DESC, review, product
LIMIT $limit

// engine: neo4j
MATCH (r:Review)-[:ABOUT]->(p:Product)
WHERE (r.rating >= 5 OR r.rating <= 1) AND r.at <= $until AND ($product = '' OR p.id = $product)
MATCH (p)<-[x:PURCHASED]-(:User)
WHERE x.at >= r.at - duration({days: 30}) AND x.at < r.at + duration({days: 30})
WITH r, p, sum(CASE WHEN x.at < r.at THEN 1 ELSE 0 END) AS before, sum(CASE WHEN x.at >= r.at THEN 1 ELSE 0 END) AS after
WHERE before + after >= $least_purchases
WITH r, p, before, after, after - before AS change
RETURN r.id AS review, p.id AS product, r.rating AS rating, r.at AS at, before, after, change,
       ((r.rating >= 5 AND change > 0) OR (r.rating <= 1 AND change < 0)) AS with_the_stars
ORDER BY abs(change) DESC, review, product
LIMIT $limit
