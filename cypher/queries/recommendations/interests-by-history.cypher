// title: For whom are there interests?
// title zh: 对哪些顾客推断了兴趣
// question: How many customers with few and with many purchases does the model say anything about?
// question zh: 购买少与购买多的顾客中，模型对多少人给出了兴趣？
// column: history: string | Purchases of a customer. | 顾客的购买次数区间。
// column: customers: integer | Customers with so many. | 顾客数。
// column: with_interests: integer | Those with an inferred interest. | 有推断兴趣的顾客数。
// column: share: number | Their share. | 所占比例。
// picture: bar history share
// example: 1 to 4 | 45 | 11 | 0.2444
// example: 5 to 9 | 53 | 45 | 0.8491

MATCH (u:User)
OPTIONAL MATCH (u)-[x:PURCHASED]->(:Product)
WITH u, count(x) AS bought
WITH u, bought, CASE WHEN EXISTS { MATCH (u)-[:INTERESTED_IN]->(:Brand|Category|Attribute|Aspect|Product) } THEN 1 ELSE 0 END AS has,
     CASE WHEN bought = 0 THEN 'none' WHEN bought < 5 THEN '1 to 4' WHEN bought < 10 THEN '5 to 9'
          WHEN bought < 20 THEN '10 to 19' ELSE '20 or more' END AS history
WITH history, count(u.id) AS customers, sum(has) AS with_interests
RETURN history, customers, with_interests, 1.0 * with_interests / customers AS share
ORDER BY CASE history WHEN 'none' THEN 0 WHEN '1 to 4' THEN 1 WHEN '5 to 9' THEN 2 WHEN '10 to 19' THEN 3 ELSE 4 END
