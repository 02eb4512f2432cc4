//! The tags that items have, in their groups.

pub(super) struct TagGroup {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) tags: &'static [Tag],
}

pub(super) struct Tag {
    pub(super) id: u64,
    pub(super) name: &'static str,
    /// The id of the tag that this one narrows; 0 where there is none.
    pub(super) parent: u64,
}

const fn tag(id: u64, name: &'static str, parent: u64) -> Tag {
    Tag { id, name, parent }
}

pub(super) const GROUPS: &[TagGroup] = &[
    TagGroup {
        id: 1_000_041,
        name: "カラー",
        tags: &[
            tag(1_000_101, "レッド", 0),
            tag(1_000_102, "ワインレッド", 1_000_101),
            tag(1_000_103, "ブルー", 0),
            tag(1_000_104, "ネイビー", 1_000_103),
            tag(1_000_105, "ホワイト", 0),
        ],
    },
    TagGroup {
        id: 1_000_042,
        name: "産地",
        tags: &[
            tag(1_000_201, "北海道", 0),
            tag(1_000_202, "新潟", 0),
            tag(1_000_203, "京都", 0),
            tag(1_000_204, "宇治", 1_000_203),
            tag(1_000_205, "鹿児島", 0),
        ],
    },
    TagGroup {
        id: 1_000_043,
        name: "内容量",
        tags: &[
            tag(1_000_301, "小容量", 0),
            tag(1_000_302, "大容量", 0),
            tag(1_000_303, "1kg以上", 1_000_302),
            tag(1_000_304, "セット", 0),
            tag(1_000_305, "詰め合わせ", 1_000_304),
        ],
    },
];
