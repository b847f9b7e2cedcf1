// title: Categories on the rise
// title zh: 上升的分类
// question: In which categories do customers buy more than in the period before, and in which less?
// question zh: 与上一时期相比，顾客在哪些分类买得更多，哪些更少？
// parameter: since: time = latest PURCHASED - 60 days | The later period begins here. | 后一时期的开始。
// parameter: before: time = latest PURCHASED - 120 days | The earlier one begins here. | 前一时期的开始。
// parameter: limit: integer 1..1000 = 50 | Categories shown. | 显示的分类数。
// column: category: Category | Id of the category. | 分类编号。
// column: now: integer | Purchases in the later period. | 后一时期的购买次数。
// column: earlier: integer | Purchases in the earlier one. | 前一时期的购买次数。
// column: change: number | Change of its share of all purchases, in points of a hundred. | 占全部购买比例的变化（百分点）。
// picture: bar category change
// example: Backpacks > Daypacks | 13 | 3 | 6.743
// example: Cookware > Mugs | 6 | 0 | 4.286

MATCH (:User)-[w:PURCHASED]->(:Product)
WHERE w.at >= $before
WITH sum(CASE WHEN w.at >= $since THEN 1 ELSE 0 END) AS all_now, sum(CASE WHEN w.at < $since THEN 1 ELSE 0 END) AS all_then
WHERE all_now > 0 AND all_then > 0
MATCH (c:Category)<-[:IN_CATEGORY]-(:Product)<-[x:PURCHASED]-(:User)
WHERE x.at >= $before
WITH all_now, all_then, c.id AS category,
     sum(CASE WHEN x.at >= $since THEN 1 ELSE 0 END) AS now, sum(CASE WHEN x.at < $since THEN 1 ELSE 0 END) AS earlier
RETURN category, now, earlier, 100.0 * now / all_now - 100.0 * earlier / all_then AS change
ORDER BY change DESC, category
LIMIT $limit
