"""Who there is, and what a sign-in needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.words import N_


class OrganisationKind(StrEnum):
    """What an organisation is in this house; each has its own chain on the trail."""

    INSTALLATION = "installation"
    COURT = "court"
    HIGH_COURT = "high_court"
    STATION = "station"
    AGENCY = "agency"
    ASSOCIATION = "association"
    PROVIDER = "provider"


class Role(StrEnum):
    """What a person may be here. Deny by default: a door names the roles it lets in."""

    ADMINISTRATOR = "administrator"
    JUDGE = "judge"
    CLERK = "clerk"
    COURT_ADMIN = "court_admin"
    HIGH_COURT = "high_court"
    STATION_MANAGER = "station_manager"
    TOW_DRIVER = "tow_driver"
    INSPECTOR = "inspector"
    YARD_KEEPER = "yard_keeper"
    MECHANIC = "mechanic"
    GATE = "gate"
    AGENCY_MANAGER = "agency_manager"
    APPRAISER = "association_appraiser"
    EXPERT = "expert"
    PROVIDER = "provider"
    PARTY = "party"
    BUYER = "buyer"
    PUBLIC = "public"


ROLES = {
    Role.ADMINISTRATOR: N_("系统管理员"),
    Role.JUDGE: N_("执行法官"),
    Role.CLERK: N_("书记员"),
    Role.COURT_ADMIN: N_("法院管理员"),
    Role.HIGH_COURT: N_("高级法院"),
    Role.STATION_MANAGER: N_("站长"),
    Role.TOW_DRIVER: N_("拖车司机"),
    Role.INSPECTOR: N_("查验员"),
    Role.YARD_KEEPER: N_("库管员"),
    Role.MECHANIC: N_("养护员"),
    Role.GATE: N_("门岗"),
    Role.AGENCY_MANAGER: N_("辅助机构负责人"),
    Role.APPRAISER: N_("协会评估员"),
    Role.EXPERT: N_("专家"),
    Role.PROVIDER: N_("服务商"),
    Role.PARTY: N_("当事人"),
    Role.BUYER: N_("买受人"),
    Role.PUBLIC: N_("公众"),
}

# Who acts without being a person: shown where a person's name would stand.
MACHINES = {"worker": "后台任务", "stripe": "网上支付", "founder": "系统设立"}

COURT_ROLES = (Role.JUDGE, Role.CLERK, Role.COURT_ADMIN)
STATION_ROLES = (Role.STATION_MANAGER, Role.INSPECTOR, Role.YARD_KEEPER, Role.MECHANIC, Role.GATE)

WHERE = {
    OrganisationKind.INSTALLATION: (Role.ADMINISTRATOR,),
    OrganisationKind.COURT: COURT_ROLES,
    OrganisationKind.HIGH_COURT: (Role.HIGH_COURT,),
    OrganisationKind.STATION: (*STATION_ROLES, Role.TOW_DRIVER, Role.BUYER),
    OrganisationKind.AGENCY: (Role.AGENCY_MANAGER,),
    OrganisationKind.ASSOCIATION: (Role.APPRAISER, Role.EXPERT),
    OrganisationKind.PROVIDER: (Role.PROVIDER,),
}

ACTS = {
    "people.found": N_("设立单位"),
    "people.appoint": N_("任命人员"),
    "people.sign_in": N_("登录"),
    "people.sign_out": N_("退出"),
    "people.sign_in_second": N_("用验证器登录"),
    "people.sign_in_recovery": N_("用恢复码登录"),
    "people.enrol_factor": N_("登记验证器并登录"),
    "people.reset_factor": N_("重置验证器"),
    "people.spend_link": N_("使用一次性链接"),
    "people.sign_in_pin": N_("用 PIN 登录"),
    "people.set_pin": N_("设定 PIN"),
    "people.lock_pin": N_("PIN 输错过多，已锁定"),
    "people.enrol_device": N_("登记现场设备"),
    "people.revoke_device": N_("注销现场设备"),
    "people.settle_unsent": N_("未收下的操作已另行处理"),
}

SESSION = timedelta(hours=12)
LINK = timedelta(days=3)
LINK_SESSION = timedelta(days=7)
MOST_WRONG_CODES = 5
SHORTEST_PASSWORD = 10
SHORTEST_REASON = 4


@dataclass(frozen=True)
class SignIn:
    """What a person typed at the door."""

    login: str
    password: str


@dataclass(frozen=True)
class Settled:
    """A refused act of a device that was settled otherwise. `made`: when, by the device's word;
    `refused`: the rule that said no; `typed`: what the form said, as a person reads it."""

    act: str
    title: str
    url: str
    made: str
    refused: str
    reason: str
    typed: str


def check_settled(told: Settled) -> None:
    """Refuse to let an act go without a word of how it was settled."""
    if len(told.reason) < SHORTEST_REASON:
        raise Refused(
            "no_settlement",
            "请写明这项操作怎样处理的，至少 %(n)d 个字。",
            field="reason",
            n=SHORTEST_REASON,
        )


def check_role(kind: OrganisationKind, role: Role) -> None:
    """Refuse a role that this kind of organisation does not have."""
    if role not in WHERE[kind]:
        raise Refused("role_not_here", "这类单位没有这个岗位，请选择本单位的岗位。", field="role")


def check_password(password: str) -> None:
    """A password long enough to be worth hashing (NIST SP 800-63B: length before rules)."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            "short_password",
            "密码至少 %(n)d 位。建议用几个词连起来，好记也难猜。",
            field="password",
            n=SHORTEST_PASSWORD,
        )
