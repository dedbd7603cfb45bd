# A copy of engines/character/family_tables.py, made by plugins/blender/copies.py.
"""The names that programs give to morph targets, one table a program.

A line says which source of a mapping moves which targets:

    source  gain  NAME NAME ... | NAME ...

Names that stand together move together. After a `|` comes the next choice, for
characters without the names before it. A `*` is Left and Right in a source, L and R in
a name. Two sides that move one target are its halves. Sources are ARKit's curves and
those of `mapping.py`.

Names come from files and from code under permissive licences: saturday06's VRM add-on
(MIT), met4citizen/TalkingHead (MIT), Microsoft-Rocketbox (MIT), VRCFaceTracking.
The gains of mixes are ours, chosen on pictures.
"""

from __future__ import annotations

from typing import Final

READY: Final = """
blink            1.0   eyesClosed
jawOpen          1.0   mouthOpen
mouthSmile*      1.0   mouthSmile
eyeLookUp*       1.0   eyesLookUp
eyeLookDown*     1.0   eyesLookDown
"""
"""Ready Player Me's own, beside ARKit's."""

CREATOR: Final = """
eyeLookUp*       1.0   Eye_*_Look_Up
eyeLookDown*     1.0   Eye_*_Look_Down
eyeLookOutLeft   1.0   Eye_L_Look_L
eyeLookInLeft    1.0   Eye_L_Look_R
eyeLookOutRight  1.0   Eye_R_Look_R
eyeLookInRight   1.0   Eye_R_Look_L
browInnerUp      1.0   Brow_Raise_Inner_L Brow_Raise_Inner_R
browOuterUp*     1.0   Brow_Raise_Outer_*
browDown*        1.0   Brow_Drop_* | Brow_Compress_*
cheekPuff        1.0   Cheek_Puff_L Cheek_Puff_R
cheekSquint*     1.0   Cheek_Raise_*
mouthPucker      1.0   Mouth_Pucker | Mouth_Pucker_Up_L Mouth_Pucker_Up_R \
Mouth_Pucker_Down_L Mouth_Pucker_Down_R
mouthFunnel      1.0   Mouth_Funnel | Mouth_Funnel_Up_L Mouth_Funnel_Up_R \
Mouth_Funnel_Down_L Mouth_Funnel_Down_R
mouthRollUpper   1.0   Mouth_Roll_In_Upper | Mouth_Roll_In_Upper_L Mouth_Roll_In_Upper_R
mouthRollLower   1.0   Mouth_Roll_In_Lower | Mouth_Roll_In_Lower_L Mouth_Roll_In_Lower_R
mouthUpperUp*    1.0   Mouth_Up_Upper_*
mouthLowerDown*  1.0   Mouth_Down_Lower_* | Mouth_Drop_Lower_*
aa               1.0   V_Open
oh               1.0   V_Tight_O
ou               1.0   V_Tight
ee               1.0   V_Wide
ih               1.0   V_Lip_Open
"""
"""Character Creator 3 and 4, standard and extended."""

MIXAMO: Final = """
eyeBlink*        1.0   Blink_*
eyeSquint*       1.0   Squint_*
eyeWide*         1.0   EyesWide_*
browDown*        1.0   BrowsDown_*
browInnerUp      1.0   BrowsUp_L BrowsUp_R
browOuterUp*     1.0   BrowsUp_*
cheekPuff        1.0   CheekPuff_L CheekPuff_R
noseSneer*       1.0   NoseScrunch_*
jawOpen          1.0   MouthOpen | Jaw_Down
jawForward       1.0   JawForeward
jawLeft          1.0   Jaw_Left
jawRight         1.0   Jaw_Right
mouthLeft        1.0   Midmouth_Left
mouthRight       1.0   Midmouth_Right
mouthSmile*      1.0   Smile_*
mouthFrown*      1.0   Frown_*
mouthLowerDown*  1.0   LowerLipDown_*
mouthUpperUp*    1.0   UpperLipUp_*
mouthRollLower   1.0   LowerLipIn
mouthRollUpper   1.0   UpperLipIn
mouthShrugLower  1.0   MouthUp
mouthPucker      1.0   MouthNarrow_L MouthNarrow_R
mouthFunnel      1.0   UpperLipOut LowerLipOut | MouthWhistle_NarrowAdjust_Left \
MouthWhistle_NarrowAdjust_Right
"""
"""Mixamo's faces, which Fuse made."""

DAZ: Final = """
eyeBlink*        1.0   eCTRLEyesClosed*
eyeSquint*       1.0   eCTRLEyesSquint*
browInnerUp      1.0   eCTRLBrowInnerUp-DownL eCTRLBrowInnerUp-DownR \
| eCTRLBrowInnerUp-Down
browOuterUp*     1.0   eCTRLBrowOuterUp-Down*
browDown*       -1.0   eCTRLBrowUp-Down*
cheekPuff        1.0   eCTRLCheeksBalloonPucker
noseSneer*       1.0   eCTRLNoseWrinkle
jawOpen          1.0   eCTRLMouthOpen
jawLeft          1.0   eCTRLJawSide-Side
jawRight        -1.0   eCTRLJawSide-Side
jawForward       1.0   eCTRLJawOut-In
mouthLeft        1.0   eCTRLMouthSide-Side
mouthRight      -1.0   eCTRLMouthSide-Side
mouthSmile*      1.0   eCTRLMouthSmileSimple* | eCTRLMouthCornerUp-Down*
mouthFrown*      1.0   eCTRLMouthFrown*
mouthFrown*     -1.0   eCTRLMouthCornerUp-Down*
mouthPucker      1.0   eCTRLLipsPucker-Pressed | eCTRLLipsPucker
aa               1.0   eCTRLvAA
ih               1.0   eCTRLvIH
ou               1.0   eCTRLvUW | eCTRLvW
ee               1.0   eCTRLvEE | eCTRLvIY
oh               1.0   eCTRLvOW
"""
"""Daz Genesis 3 to 8. `Up-Down` goes both ways: below 0 is the second word."""

VROID: Final = """
eyeBlink*        1.0   Fcl_EYE_Close_*
blink            1.0   Fcl_EYE_Close
eyeSquint*       0.3   Fcl_EYE_Joy_*
eyeWide*         1.0   Fcl_EYE_Spread | Fcl_EYE_Surprised
browDown*        1.0   Fcl_BRW_Angry
browInnerUp      0.7   Fcl_BRW_Sorrow
browOuterUp*     1.0   Fcl_BRW_Surprised
aa               1.0   Fcl_MTH_A
ih               1.0   Fcl_MTH_I
ou               1.0   Fcl_MTH_U
ee               1.0   Fcl_MTH_E
oh               1.0   Fcl_MTH_O
mouthSmile*      1.0   Fcl_MTH_Fun | Fcl_MTH_Joy
mouthFrown*      1.0   Fcl_MTH_Angry | Fcl_MTH_Sorrow
mouthPress*      0.6   Fcl_MTH_Close
mouthDimple*     0.6   Fcl_MTH_Large
mouthShrugLower  0.5   Fcl_MTH_Up
mouthShrugUpper  0.5   Fcl_MTH_Up
mouthLowerDown*  0.6   Fcl_MTH_Down
happy            1.0   Fcl_ALL_Joy
angry            1.0   Fcl_ALL_Angry
sad              1.0   Fcl_ALL_Sorrow
relaxed          1.0   Fcl_ALL_Fun
surprised        1.0   Fcl_ALL_Surprised
"""
"""VRoid Studio. `ALL` is the sum of the parts; `Joy` eyes are closed and smile."""

MMD: Final = """
blink            1.0   まばたき
eyeBlinkLeft     1.0   ウィンク2 | ウィンク
eyeBlinkRight    1.0   ウィンク2右 | ウィンク右 | ウィンク右2
eyeSquint*       1.0   じと目 | なごみ
eyeWide*         1.0   びっくり
browDown*        1.0   怒り | 真面目 | 下
browInnerUp      0.7   困る
browOuterUp*     1.0   上
cheekSquint*     0.4   にこり
mouthSmile*      1.0   にやり | 口角上げ | にっこり
mouthFrown*      1.0   ∧ | 口角下げ | む
mouthDimple*     0.6   口横広げ
aa               1.0   あ | ワ
ih               1.0   い
ou               1.0   う
ee               1.0   え
oh               1.0   お
jawForward       1.0   あご前
tongueOut        1.0   ぺろっ | てへぺろ
"""
"""MikuMikuDance. ウィンク is the character's left eye."""

UNIFIED: Final = """
eyeBlink*        1.0   EyeClosed*
browDown*        1.0   BrowLowerer* BrowPinch* | BrowDown*
browInnerUp      1.0   BrowInnerUpLeft BrowInnerUpRight
cheekPuff        1.0   CheekPuffLeft CheekPuffRight
jawForward       1.0   JawForward
mouthClose       1.0   MouthClosed
mouthFunnel      1.0   LipFunnelUpperLeft LipFunnelUpperRight LipFunnelLowerLeft \
LipFunnelLowerRight | LipFunnel
mouthPucker      1.0   LipPuckerUpperLeft LipPuckerUpperRight LipPuckerLowerLeft \
LipPuckerLowerRight | LipPucker
mouthRollUpper   1.0   LipSuckUpperLeft LipSuckUpperRight | LipSuckUpper
mouthRollLower   1.0   LipSuckLowerLeft LipSuckLowerRight | LipSuckLower
mouthLeft        1.0   MouthUpperLeft MouthLowerLeft
mouthRight       1.0   MouthUpperRight MouthLowerRight
mouthSmile*      1.0   MouthCornerPull* MouthCornerSlant* | MouthCornerPull*
mouthFrown*      1.0   MouthSad*
mouthShrugUpper  1.0   MouthRaiserUpper
mouthShrugLower  1.0   MouthRaiserLower
"""
"""VRCFaceTracking's Unified Expressions."""

CHAT: Final = """
eyeBlink*        1.0   vrc.blink_*
eyeSquint*       1.0   vrc.lowerlid_*
aa               1.0   vrc.v_aa
ih               1.0   vrc.v_ih
ou               1.0   vrc.v_ou
ee               1.0   vrc.v_ee | vrc.v_e
oh               1.0   vrc.v_oh
"""
"""VRChat and CATS."""

VISEMES: Final = """
aa               1.0   viseme_aa
ih               1.0   viseme_I | viseme_ih
ou               1.0   viseme_U | viseme_ou
ee               1.0   viseme_E | viseme_ee
oh               1.0   viseme_O | viseme_oh
"""
"""Oculus's, as Ready Player Me and Rocketbox spell them."""

PRESETS: Final = """
blink            1.0   blink | eyesClosed | eyeClose
eyeBlink*        1.0   blink_*
aa               1.0   aa | ah | a
ih               1.0   ih | i
ou               1.0   ou | uu | u
ee               1.0   ee | e
oh               1.0   oh | o
eyeLookUp*       1.0   look_up
eyeLookDown*     1.0   look_down
eyeLookOutLeft   1.0   look_left
eyeLookInRight   1.0   look_left
eyeLookOutRight  1.0   look_right
eyeLookInLeft    1.0   look_right
happy            1.0   happy | joy | smile
angry            1.0   angry
sad              1.0   sad | sorrow
relaxed          1.0   relaxed | fun
surprised        1.0   surprised | surprise
"""
"""VRM's presets, as names of morph targets; AvatarSDK's and Rocketbox's visemes."""
