"""Voting, for everybody."""

from django.urls import path

from guiguan.web.public import (
    record,
    vote,
    vote_case,
    vote_cast,
    vote_counts,
    vote_embed,
    vote_phone,
    vote_receipt,
    vote_wechat,
    vote_who,
    wechat_stand_in,
)

urlpatterns = [
    path("campaigns/<slug:slug>/vote/", vote.vote_page, name="vote"),
    path("campaigns/<slug:slug>/vote/cast", vote_cast.cast, name="vote-cast"),
    path("campaigns/<slug:slug>/vote/counts", vote_counts.counts_page, name="vote-counts"),
    path("campaigns/<slug:slug>/vote/embed", vote_embed.embed, name="vote-embed"),
    path("campaigns/<slug:slug>/vote/who", vote_who.who, name="vote-who"),
    path("campaigns/<slug:slug>/vote/who/forget", vote_who.forget_me, name="vote-forget"),
    path("campaigns/<slug:slug>/vote/who/phone", vote_phone.send, name="vote-phone"),
    path("campaigns/<slug:slug>/vote/who/code", vote_phone.check, name="vote-code"),
    path("campaigns/<slug:slug>/vote/who/wechat", vote_wechat.begin, name="vote-wechat"),
    path("campaigns/<slug:slug>/vote/who/wechat/back", vote_wechat.back, name="vote-wechat-back"),
    path("campaigns/<slug:slug>/cases/<str:case>/", vote_case.case_page, name="vote-case"),
    path("campaigns/<slug:slug>/cases/<str:case>/record.json", record.case_record, name="vote-case-record"),
    path(
        "campaigns/<slug:slug>/cases/<str:case>/<int:position>-<int:width>.webp",
        vote_case.picture,
        name="vote-picture",
    ),
    path("campaigns/<slug:slug>/receipts/", vote_receipt.look_up, name="vote-receipts"),
    path("campaigns/<slug:slug>/receipts/<str:receipt>", vote_receipt.receipt_page, name="vote-receipt"),
    path("demo/wechat/connect/oauth2/authorize", wechat_stand_in.authorize, name="wechat-authorize"),
    path("demo/wechat/sns/oauth2/access_token", wechat_stand_in.token, name="wechat-token"),
]
