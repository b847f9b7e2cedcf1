// title: Products on the rise
// title zh: 上升的商品
// question: Which products sell more than in the period before, and which less?
// question zh: 与上一时期相比，哪些商品卖得更多，哪些更少？
// parameter: since: time = latest PURCHASED - 60 days | The later period begins here. | 后一时期的开始。
// parameter: before: time = latest PURCHASED - 120 days | The earlier one begins here. | 前一时期的开始。
// parameter: falling_first: boolean = false | Those that sell less first. | 下降的在前。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: now: integer | Purchases in the later period. | 后一时期的购买次数。
// column: earlier: integer | Purchases in the earlier one. | 前一时期的购买次数。
// column: change: integer | Difference. | 变化。
// picture: bar name change
// example: P0082 | Fjellvik Summit Canvas Daypack in Pink | 11 | 0 | 11
// example: P0062 | Grethe Holm Speaker Otter | 5 | 0 | 5

MATCH (:User)-[x:PURCHASED]->(p:Product)
WHERE x.at >= $before
WITH p, sum(CASE WHEN x.at >= $since THEN 1 ELSE 0 END) AS now, sum(CASE WHEN x.at < $since THEN 1 ELSE 0 END) AS earlier
WITH p, now, earlier, now - earlier AS change
RETURN p.id AS product, p.name AS name, now, earlier, change
ORDER BY CASE WHEN $falling_first THEN change ELSE -change END, product
LIMIT $limit
