// title: Aspects that fall
// title zh: 变差的方面
// question: Quality control: about which things do reviews of the last month speak worse than before?
// question zh: 质量控制：最近一个月的评论对哪些方面的评价变差了？
// parameter: since: time = latest Review - 30 days | The later period begins here. | 后一时期的开始。
// parameter: before: time = latest Review - 210 days | The earlier one begins here. | 前一时期的开始。
// parameter: category: Category = "" | Products of this category alone; empty for all. | 仅该分类；空为全部。
// parameter: least_mentions: integer 1..1000000 = 3 | Mentions in each period, at least. | 每个时期最少提及次数。
// column: aspect: Aspect | What they talk about. | 所谈方面。
// column: now_mentions: integer | Mentions in the later period. | 后一时期的提及次数。
// column: now: number | Their mean sentiment, -1 to 1. | 后一时期的平均情感。
// column: earlier_mentions: integer | Mentions in the earlier period. | 前一时期的提及次数。
// column: earlier: number | Their mean sentiment. | 前一时期的平均情感。
// column: change: number | The later less the earlier, worst first. | 变化，最差在前。
// picture: bar aspect change
// example: sound | 5 | -0.71 | 12 | 0.045 | -0.755
// example: size | 13 | 0.1031 | 34 | 0.4891 | -0.386

MATCH (a:Aspect)<-[m:MENTIONS]-(r:Review)-[:ABOUT]->(p:Product)
WHERE r.at >= $before AND m.sentiment IS NOT NULL
  AND ($category = '' OR EXISTS { MATCH (p)-[:IN_CATEGORY]->(c:Category) WHERE c.id = $category })
WITH a, sum(CASE WHEN r.at >= $since THEN 1 ELSE 0 END) AS now_mentions,
     sum(CASE WHEN r.at < $since THEN 1 ELSE 0 END) AS earlier_mentions,
     avg(CASE WHEN r.at >= $since THEN m.sentiment ELSE null END) AS now,
     avg(CASE WHEN r.at < $since THEN m.sentiment ELSE null END) AS earlier
WHERE now_mentions >= $least_mentions AND earlier_mentions >= $least_mentions
RETURN a.id AS aspect, now_mentions, now, earlier_mentions, earlier, now - earlier AS change
ORDER BY round(change, 9) + 0.0, aspect
