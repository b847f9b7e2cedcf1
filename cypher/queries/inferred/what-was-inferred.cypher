// title: What the system concluded
// title zh: 系统推断了什么
// question: How many edges of each kind did the system conclude, by which model, and how sure is it?
// question zh: 系统推断了多少各类关系，由哪个模型推断，把握多大？
// column: relation: string | Kind of edge. | 关系类型。
// column: model: string | Model that concluded it; empty for linking of reviews. | 推断模型；评论链接为空。
// column: edges: integer | Edges. | 边数。
// column: mean: number | Mean score or confidence. | 平均分或置信度。
// column: lowest: number | Lowest. | 最低。
// picture: table
// example: DEPICTS | planted | 384 | 0.8112 | 0.72
// example: INTERESTED_IN | planted | 356 | 0.7753 | 0.75

// engine: ladybug
MATCH ()-[e:MENTIONS|DEPICTS|INTERESTED_IN|LIKELY]->()
WITH label(e) AS relation, coalesce(e.model, '') AS model, coalesce(e.score, e.confidence) AS sure
WITH relation, model, count(*) AS edges, avg(sure) AS mean, min(sure) AS lowest
RETURN relation, model, edges, mean, lowest
ORDER BY relation, model

// engine: neo4j
MATCH ()-[e:MENTIONS|DEPICTS|INTERESTED_IN|LIKELY]->()
WITH type(e) AS relation, coalesce(e.model, '') AS model, coalesce(e.score, e.confidence) AS sure
WITH relation, model, count(*) AS edges, avg(sure) AS mean, min(sure) AS lowest
RETURN relation, model, edges, mean, lowest
ORDER BY relation, model
