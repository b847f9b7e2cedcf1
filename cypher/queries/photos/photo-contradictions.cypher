// title: Photos that contradict the data
// title zh: 图片与数据矛盾
// question: Which products show something in their photo, such as a colour, that differs from what the catalogue says?
// question zh: 哪些商品的图片（如颜色）与目录数据不一致？
// parameter: least_confidence: number 0..1 = 0.5 | Sure of what the photo shows, at least. | 图片识别的最低置信度。
// parameter: limit: integer 1..1000 = 30 | Contradictions shown. | 显示的条数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: attribute: string | What is contradicted. | 矛盾的属性。
// column: catalogue_says: string | Value in the catalogue. | 目录中的值。
// column: photo_shows: string | Value in the photo. | 图片中的值。
// column: confidence: number | How sure that is, 0 to 1. | 置信度，0 到 1。
// column: image: Image | Id of the photo. | 图片编号。
// picture: table
// example: P0001 | Aubrelle Piper Running Shoes (pink) | colour | pink | red | 0.9 | P0001-1
// example: P0052 | Nordic Rubber Rain Jacket by Tarnell (navy) | colour | navy | red | 0.9 | P0052-1

MATCH (p:Product)-[:HAS_IMAGE]->(i:Image)-[d:DEPICTS]->(shown:Attribute)
WHERE d.confidence >= $least_confidence
MATCH (p)-[h:HAS_ATTRIBUTE]->(said:Attribute)
WHERE h.origin = 'input' AND said.name = shown.name AND said.value <> shown.value
  AND NOT EXISTS { MATCH (p)-[k:HAS_ATTRIBUTE]->(shown) WHERE k.origin = 'input' }
RETURN p.id AS product, p.name AS name, shown.name AS attribute, said.value AS catalogue_says,
       shown.value AS photo_shows, d.confidence AS confidence, i.id AS image
ORDER BY confidence DESC, product, attribute, catalogue_says, photo_shows, image
LIMIT $limit
