// title: Photos that are hard to read
// title zh: 难以识别的图片
// question: Of which photos is the system least sure what they show, so that a person should look?
// question zh: 系统对哪些图片的内容最没把握，需要人工查看？
// parameter: limit: integer 1..1000 = 20 | Photos shown. | 显示的图片数。
// column: image: Image | Id of the photo. | 图片编号。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: shows: string | What it seems to show. | 似乎显示的内容。
// column: confidence: number | How sure that is. | 置信度。
// column: catalogue_agrees: boolean | The catalogue says the same. | 目录是否一致。
// picture: table
// example: P0007-1 | P0007 | Birch Recycled Polyester Tote Bag by Lumarc Bay | colour=blue | 0.72 | false
// example: P0007-1 | P0007 | Birch Recycled Polyester Tote Bag by Lumarc Bay | pattern=plain | 0.72 | false

MATCH (p:Product)-[:HAS_IMAGE]->(i:Image)-[d:DEPICTS]->(a:Attribute)
WITH p, i, a, d.confidence AS confidence,
     EXISTS { MATCH (p)-[h:HAS_ATTRIBUTE]->(a) WHERE h.origin = 'input' } AS catalogue_agrees
RETURN i.id AS image, p.id AS product, p.name AS name, a.id AS shows, confidence, catalogue_agrees
ORDER BY confidence, image, shows
LIMIT $limit
