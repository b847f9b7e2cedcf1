// title: Products that get worse
// title zh: 口碑变差的商品
// question: Of which products do reviews say something worse than they used to, and about what?
// question zh: 哪些商品的评论在某方面变差了？
// parameter: since: time = latest Review - 60 days | The later period begins here. | 后一时期的开始。
// parameter: least_mentions: integer 1..1000000 = 2 | Mentions in each period, at least. | 每个时期最少提及次数。
// parameter: limit: integer 1..1000 = 20 | Rows shown. | 显示的行数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: aspect: Aspect | What is said to be worse. | 变差的方面。
// column: now_mentions: integer | Mentions in the later period. | 后一时期的提及次数。
// column: now: number | Their mean sentiment, -1 to 1. | 后一时期的平均情感。
// column: earlier_mentions: integer | Mentions before. | 此前的提及次数。
// column: earlier: number | Their mean sentiment. | 此前的平均情感。
// column: change: number | The later less the earlier, worst first. | 变化，最差在前。
// picture: table
// example: P0064 | Nimbrel Dune Bamboo Floor Lamp | brightness | 2 | -0.71 | 3 | 0.8 | -1.51
// example: P0087 | Sundrift Zephyr 2 Bamboo Desk Lamp | brightness | 2 | -0.71 | 6 | 0.8 | -1.51

MATCH (p:Product)<-[:ABOUT]-(r:Review)-[m:MENTIONS]->(a:Aspect)
WHERE r.at IS NOT NULL AND m.sentiment IS NOT NULL
WITH p, a, sum(CASE WHEN r.at >= $since THEN 1 ELSE 0 END) AS now_mentions,
     sum(CASE WHEN r.at < $since THEN 1 ELSE 0 END) AS earlier_mentions,
     avg(CASE WHEN r.at >= $since THEN m.sentiment ELSE null END) AS now,
     avg(CASE WHEN r.at < $since THEN m.sentiment ELSE null END) AS earlier
WHERE now_mentions >= $least_mentions AND earlier_mentions >= $least_mentions AND earlier - now > 0.000001
RETURN p.id AS product, p.name AS name, a.id AS aspect, now_mentions, now, earlier_mentions, earlier, now - earlier AS change
ORDER BY round(change, 9) + 0.0, product, aspect
LIMIT $limit
