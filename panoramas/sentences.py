"""What the engine says when a picture cannot be used, or can be used with a remark.

Every sentence is Chinese, says what happened and what to do next, and is itself the key of its
translation; `%(name)s` places are filled from `values` when it is shown.
"""

from __future__ import annotations

VERSION = "5"
"""Part of every content address: raise it when the same input gives other bytes."""

REFUSALS = {
    "unreadable": "“%(name)s”不是可识别的图片，或编码不受支持（如 12 位 JPEG）；请改传 8 位 JPEG、PNG 或 WebP。",
    "truncated": "“%(name)s”不完整，文件中途截断；请重新上传原始文件。",
    "too_small": "“%(name)s”只有 %(width)s×%(height)s 像素，太小；请上传至少 %(least)s 像素宽的原图。",
    "too_large": "“%(name)s”为 %(width)s×%(height)s 像素，超过上限（边长 %(side)s、总数 %(pixels)s 万像素）；请缩小后上传。",
    "one_colour": "“%(name)s”整幅只有一种颜色，看不到任何内容；请检查镜头后重拍。",
    "not_panorama": "“%(name)s”不是 2:1 的全景图，也没有全景信息（GPano）；请上传全景相机导出的原图。",
    "projection": "“%(name)s”的投影方式为 %(projection)s，目前只接受等距柱状投影（equirectangular）；请重新导出。",
    "gpano_wrong": "“%(name)s”的全景信息（GPano）自相矛盾：%(tag)s；请用全景相机的软件重新导出。",
    "mask_wrong": "遮挡框超出图片范围；请在图片之内重新框选。",
    "too_few": "只有 %(count)s 张照片，至少需要 %(least)s 张；请补拍后再提交。",
    "too_many": "共 %(count)s 张照片，最多接受 %(most)s 张；请挑选后再提交。",
    "mixed_sizes": "照片尺寸不一致：“%(name)s”与其他照片的长宽比不同；请用同一台设备、同一方向拍摄。",
    "no_overlap": "%(count)s 张照片之间找不到重叠的画面；请站在同一点、每转约 30° 拍一张，相邻照片重叠三分之一以上，再提交。",
    "face_missing": "立方体六面缺少：%(faces)s；请补齐后再提交。",
    "face_twice": "立方体的%(face)s面有两张图片：“%(name)s”重复；请只保留一张。",
    "face_unknown": "看不出“%(name)s”是立方体的哪一面；请以 front、right、back、left、up、down 命名。",
    "face_unequal": "立方体六面尺寸不一致：“%(name)s”为 %(width)s×%(height)s；六面须为同样大小的正方形。",
    "model_missing": "缺少识别模型（%(package)s %(version)s）；请重新运行安装步骤后再试。",
    "model_other": "识别模型（%(package)s %(version)s）与登记的不一致，未使用；请重新安装该软件包。",
    "not_a_video": "“%(name)s”不是可用的视频，或读不出任何画面；请重新上传手机拍摄的原始 MP4、MOV 或 WebM 文件。",
    "film_few": "“%(name)s”只有 %(count)s 帧画面，至少需要 %(least)s 帧；请重新拍摄绕车一周的视频。",
    "film_still": "“%(name)s”的镜头没有移动；请拿着手机绕车走一周再拍。",
    "walk_none": "“%(name)s”的画面看不出是在绕车走动（远近景物没有相对移动）；请不要原地转身，绕车走一周再拍。",
    "walk_unclear": "“%(name)s”的画面无法连成一条绕车的路线；请放慢脚步、镜头始终对准车辆，重新拍摄。",
    "walk_short": "“%(name)s”只绕车走了约 %(degrees)s°，只够 %(count)s 张，至少需要 %(least)s 张；请绕车走完一周再拍。",
    "not_fisheye": "在“%(name)s”里没有找到两个鱼眼圆；请上传双鱼眼相机的原图（左右或上下两个圆，四周为黑色），或指明相机型号。",
    "camera_unknown": "相机表里没有“%(camera)s”；请从表中选择：%(known)s。",
    "rig_wrong": "“%(name)s”为 %(width)s×%(height)s 像素，与所给镜头参数的画幅比例不同；请只用于同一台相机、同一模式的照片。",
    "not_same_place": "“%(a)s”与“%(b)s”对不上：看不出是同一地点；请选择同一位置、相近方向拍摄的两次影像。",
    "compare_kinds": "“%(panorama)s”是全景，“%(flat)s”是普通照片，不能互相比对；请选择同一种影像。",
}

REMARKS = {
    "gap": "全景覆盖 %(percent)s%%，其余部分未拍到，按空缺显示。",
    "low_resolution": "分辨率偏低（宽 %(width)s 像素），细节可能看不清。",
    "blurred": "画面偏糊，建议重拍。",
    "tilted": "竖直线条显示画面仍倾斜约 %(degrees)s°，请核对后发布。",
    "roll_reversed": "横滚角的正负与画面不符，已按画面取反；请核对地平线。",
    "seam": "左右接缝处有明显台阶（约为画面自身变化的 %(ratio)s 倍），请核对。",
    "even_assumed": "从照片上认不出各张的角度，按绕车一周均匀分布处理，大小和高低未作稳定。",
    "unlinked": "第 %(frame)s 张与下一张之间认不出足够的相同景物；请在两张之间补拍 1 至 2 张。",
    "out_of_order": "照片的先后与绕车的角度不一致，已按角度排列，请核对。",
    "arc_missing": "从 %(start)s° 到 %(end)s° 没有照片，按缺角显示，未作补画。",
    "frame_blurred": "第 %(frame)s 张偏糊，建议重拍。",
    "jump": "第 %(frame)s 张与下一张之间变化过大，可能漏拍一段。",
    "walk_open": "没有走回起点：约拍到 %(degrees)s°，其余按缺角显示。",
    "walk_lost": "视频第 %(seconds)s 秒处画面中断或变化过快，之后的部分没有使用。",
    "film_claims": "视频文件头写明 %(claimed)s 秒，实际画面为 %(seconds)s 秒，以画面为准。",
    "not_steadied": "画面晃动较大，只做了 %(percent)s%% 的稳定，以免裁去过多画面。",
    "again": "%(where)s没有可用的照片（约占全景 %(percent)s%%），请朝该方向再拍 %(count)s 张。",
    "few_used": "%(count)s 张照片只用上 %(used)s 张，全景不可靠；请站定一处、每转约 30° 拍一张，重新拍摄。",
    "photo_alone": "照片“%(name)s”与其他照片没有重叠，未采用；请在它与相邻照片之间补拍。",
    "photo_plain": "照片“%(name)s”只拍到天空或白墙，没有可以对齐的细节，未采用；这一块按空缺显示。要补上，请把地平线或其他景物一起拍进画面。",
    "photo_weak": "照片“%(name)s”（%(where)s）细节很少，位置由明暗推定，请核对。",
    "photo_blurred": "照片“%(name)s”（%(where)s）偏糊，请朝该方向重拍 1 张。",
    "other_scene": "%(names)s 共 %(count)s 张是另一场景，未采用；请分开提交。",
    "misaligned": "照片之间错位约 %(degrees)s°，拍摄时镜头可能移动；近处物体可能对不齐，请核对。",
    "moved": "照片之间错位达 %(degrees)s°，拍摄点移动过多；请以镜头为轴原地转动，重新拍摄。",
    "seam_differs": "%(where)s的照片接缝处内容不一致，可能有人走动或拍摄点移动，请核对。",
    "exposure": "第 %(frame)s 张与相邻照片明暗相差较大，已尽量调匀。",
    "proposed": "程序建议遮挡 %(faces)s 处人脸、%(plates)s 处号牌，可能有遗漏；公开前须由人逐张确认。",
    "circle_unsure": "没有找到清晰的镜头圆边，已按相机表中的位置处理，请核对拼缝。",
    "refinement_unsure": "两个镜头的重叠带里可比对的内容太少，未能校准，已按镜头圆边处理，请核对拼缝。",
    "upright_guessed": "镜头画面横放，上下方向是按明暗判断的，请核对。",
    "lenses_uneven": "两个镜头的亮度相差约 %(percent)s%%，已调匀。",
    "near_things": "拼缝处有离相机很近的物体（两个镜头看到的位置最多相差 %(degrees)s°），已在拼缝两侧各移一半，细节以原图为准。",
    "joint_step": "拼缝处两个镜头的画面仍有差别（平均 %(levels)s 级），可能有重影，请核对。",
    "little_overlap": "两次影像只有 %(percent)s%% 重叠，其余部分没有比对。",
    "other_viewpoint": "两次拍摄的位置不同，近处物体边缘和车窗内的变化请人工核对。",
}

AROUND = {
    "front": "正前方",
    "front_right": "右前方",
    "right": "右侧",
    "rear_right": "右后方",
    "rear": "正后方",
    "rear_left": "左后方",
    "left": "左侧",
    "front_left": "左前方",
}
HEIGHTS = {"low": "低处", "level": "平视处", "high": "高处"}
PLACES = {
    f"{around}_{height}": said + level
    for around, said in AROUND.items()
    for height, level in HEIGHTS.items()
} | {"above": "正上方", "below": "正下方"}
"""Where to point the camera, seen from the first photo; fills the place `where` of REMARKS and is
translated by itself."""


class Unusable(Exception):
    """This input gives no result; nothing was written.

    `code`: key of REFUSALS. `message`: the Chinese sentence with its places unfilled.
    `values`: what fills them.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = REFUSALS[code]
        self.values = values

    def __str__(self) -> str:
        return f"{self.code}: {self.message % self.values}"
