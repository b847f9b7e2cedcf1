// title: Mentions to check
// title zh: 待核对的提及
// question: Of which words in reviews is the system least sure what they mean?
// question zh: 系统对评论中哪些词语的含义最没把握？
// parameter: limit: integer 1..1000 = 30 | Words shown. | 显示的词语数。
// column: words: string | As reviews have them. | 原文用词。
// column: thing: string | Id of what they are taken to mean. | 被理解成的对象编号。
// column: mentions: integer | How often. | 次数。
// column: confidence: number | How sure that is, on average. | 平均置信度。
// picture: table
// example: 静音 | noise | 3 | 0.6
// example: dim | brightness | 2 | 0.6

MATCH (:Review)-[m:MENTIONS]->(x:Brand|Category|Attribute|Aspect|Product)
WITH m.surface AS words, x.id AS thing, count(*) AS mentions, avg(m.confidence) AS confidence
RETURN words, thing, mentions, confidence
ORDER BY round(confidence, 9) + 0.0, mentions DESC, words, thing
LIMIT $limit
