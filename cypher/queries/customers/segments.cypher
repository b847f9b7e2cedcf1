// title: Customers by a trait
// title zh: 按特征划分的顾客
// question: How do customers of different age, region or another trait differ in what they buy and spend?
// question zh: 不同年龄、地区或其他特征的顾客，购买和消费有何不同？
// parameter: trait: string = "age" | Name of the customers' attribute. | 顾客属性名。
// column: segment: string | Value of the attribute. | 属性值。
// column: customers: integer | Customers who have it. | 顾客数。
// column: buyers: integer | Those who bought something. | 其中购买过的人数。
// column: purchases: integer | How often. | 购买次数。
// column: purchases_per_buyer: number | How often each. | 人均购买次数。
// column: mean_price: number | Mean price of what they bought. | 所购商品平均价格。
// picture: bar segment purchases_per_buyer
// example: 18-24 | 13 | 13 | 85 | 6.538 | 87.95
// example: 25-34 | 25 | 25 | 169 | 6.76 | 84.84

MATCH (a:Attribute)<-[:HAS_ATTRIBUTE]-(u:User)
WHERE a.name = $trait
OPTIONAL MATCH (u)-[x:PURCHASED]->(p:Product)
WITH a, u, count(x) AS times, coalesce(sum(p.price), 0.0) AS spent, count(p.price) AS priced
WITH a.value AS segment, count(u.id) AS customers, sum(CASE WHEN times > 0 THEN 1 ELSE 0 END) AS buyers,
     sum(times) AS purchases, sum(spent) AS spent, sum(priced) AS priced
RETURN segment, customers, buyers, purchases,
       CASE WHEN buyers > 0 THEN 1.0 * purchases / buyers ELSE null END AS purchases_per_buyer,
       CASE WHEN priced > 0 THEN spent / priced ELSE null END AS mean_price
ORDER BY segment
