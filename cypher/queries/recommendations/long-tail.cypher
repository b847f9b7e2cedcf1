// title: The long tail
// title zh: 长尾
// question: How much of the sales falls to the few best sellers, and how much to the many others?
// question zh: 少数畅销品占多少销量，其余众多商品占多少？
// column: bought: string | How often a product was bought. | 商品的购买次数区间。
// column: products: integer | Products bought so often. | 商品数。
// column: products_share: number | Their share of the catalogue. | 占目录的比例。
// column: purchases: integer | Their purchases. | 购买次数。
// column: purchases_share: number | Their share of all purchases. | 占全部购买的比例。
// picture: bar bought purchases_share
// example: never | 2 | 0.02083 | 0 | 0
// example: 1 to 4 | 24 | 0.25 | 60 | 0.0738

MATCH (a:Product)
WHERE a.in_catalogue
WITH a.id AS a, COUNT { MATCH (a)<-[:PURCHASED]-() } AS sold
WITH count(a) AS everything, sum(sold) AS all_purchases
MATCH (p:Product)
WHERE p.in_catalogue
WITH everything, all_purchases, p.id AS p, COUNT { MATCH (p)<-[:PURCHASED]-() } AS times
WITH everything, all_purchases, p, times,
     CASE WHEN times = 0 THEN 'never' WHEN times < 5 THEN '1 to 4' WHEN times < 20 THEN '5 to 19'
          WHEN times < 50 THEN '20 to 49' ELSE '50 or more' END AS bought
WITH everything, all_purchases, bought, count(p) AS products, sum(times) AS purchases
RETURN bought, products, 1.0 * products / everything AS products_share,
       purchases, 1.0 * purchases / all_purchases AS purchases_share
ORDER BY CASE bought WHEN 'never' THEN 0 WHEN '1 to 4' THEN 1 WHEN '5 to 19' THEN 2 WHEN '20 to 49' THEN 3 ELSE 4 END
