-- The portal's sample data: two fields and two views, of which one each lacks English. The sandbox begins with it; other
-- rows for the same tables (examples/sandbox/src/schema.sql) are loaded by `--data FILE`.
INSERT INTO field (model, model_label, field_name, ttype, label_ja, label_en, help) VALUES
    ('sale.order', '受注', 'partner_id', 'many2one', '取引先', NULL, NULL),
    ('sale.order', '受注', 'amount_total', 'monetary', '合計', 'Total', NULL);
INSERT INTO view_common (action_xmlid, model, help_ja, help_en, purpose_ja, purpose_en) VALUES
    ('sale.action_orders', 'sale.order', '受注一覧の説明(日本語)', NULL, 'この画面の目的(日本語)', NULL),
    ('sale.action_orders_report', 'sale.order', '受注分析の説明(日本語)', 'About the analysis of sales orders',
     '受注分析の目的(日本語)', 'Analyses the sales orders');
