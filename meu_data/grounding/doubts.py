"""Why a map, or a region of it, is not to be believed, in plain words: for annotators, models and offline drafts."""

from meu_data.choices import Language
from meu_data.records import QualityFlag, UnmeasurableReason

MAP_DOUBTS: dict[QualityFlag, dict[Language, str]] = {
    "head_motion": {
        "en": "The head moved and some of that is left on the map: look for motion that differs from its surroundings.",
        "zh": "头部有运动，图上留有残余：请关注与周围不同的局部运动。",
    },
    "incoherent": {
        "en": "The colours of this map are mixed: it may show noise rather than motion.",
        "zh": "图中颜色杂乱，可能是噪声而非运动。",
    },
    "inconsistent": {
        "en": "The motion of this map could not be followed back: compare it with the two frames.",
        "zh": "运动无法反向验证，请与两帧画面对照。",
    },
    "light_change": {
        "en": "The light changed between the two frames: some of the colours may come from that.",
        "zh": "两帧之间光照有变化，部分颜色可能由此产生。",
    },
    "blurred": {"en": "The frames are blurred: small motions may be missing.", "zh": "画面模糊，细微运动可能缺失。"},
    "saturated": {
        "en": "Parts of the face are black or white: no motion can be seen there.",
        "zh": "面部有全黑或全白的区域，那里看不出运动。",
    },
    "small_face": {"en": "The face is small: small motions may be missing.", "zh": "面部较小，细微运动可能缺失。"},
    "head_turn": {
        "en": "The head turned between the two frames: what nose, brows and chin seem to do may come from that.",
        "zh": "两帧之间头部有转动，鼻、眉、下巴处的运动可能由此产生。",
    },
    "codec_blocks": {
        "en": "Video compression left blocks on the frames: edges of squares are no motion.",
        "zh": "视频压缩留下了方块，方块边缘不是运动。",
    },
    "other_face": {
        "en": "The two frames may not show the same face: compare them first.",
        "zh": "两帧可能不是同一张脸，请先对照。",
    },
    "occluded": {
        "en": "Hair, a hand or glasses cover part of the face: nothing can be said of the skin behind.",
        "zh": "头发、手或眼镜遮住了部分面部，被遮处无法判断。",
    },
    "tilted": {"en": "The head is tilted far: left and right may be askew.", "zh": "头部倾斜较大，左右方向可能偏斜。"},
    "averted": {
        "en": "The face looks far to one side, up or down: regions are narrow, their motion is foreshortened.",
        "zh": "面部明显朝向一侧或上下，远侧区域变窄，其运动被压缩。",
    },
    "unlikely_face": {
        "en": "The outline that was found hardly fits a face: the regions may lie elsewhere.",
        "zh": "检测到的轮廓不太像人脸，各区域的位置可能有误。",
    },
    "no_human": {"en": "This may be no human face.", "zh": "这可能不是人脸。"},
    "outside": {
        "en": "Parts of the face lie beyond the frame: nothing can be said of them.",
        "zh": "面部有一部分在画面之外，那里无法判断。",
    },
    "unmeasured": {
        "en": "More than half of the face could not be measured: what else moved there is not known.",
        "zh": "面部半数以上的区域无法测量，那里是否有运动不得而知。",
    },
}
"""What each flag of a map (docs/quality.md) means for whoever reads the map."""

REASONS: dict[UnmeasurableReason, dict[Language, str]] = {
    "outside": {"en": "it lies outside the frame", "zh": "位于画面之外"},
    "saturated": {"en": "it is black or white there", "zh": "该处全黑或全白"},
    "occluded": {"en": "something covers it", "zh": "被遮挡"},
    "blurred": {"en": "it is too blurred", "zh": "过于模糊"},
    "noisy": {"en": "the noise of the frames hides it", "zh": "被画面噪声掩盖"},
    "gaze": {"en": "the eye turned behind it", "zh": "其后的眼球在转动"},
    "head": {"en": "the head moved before a still background", "zh": "头部在静止的背景前移动"},
}
"""Why nothing can be said of a region; a clause."""
