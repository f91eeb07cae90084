<?xml version="1.0"?>
<CHANNEL HREF="http://channel.example/" LASTMOD="1998-11-05T22:22"><TITLE>Channel Definition</TITLE><ABSTRACT>An old format</ABSTRACT>
<ITEM HREF="http://channel.example/one.htm" LASTMOD="1998-11-05T22:22"><TITLE>Page one</TITLE><ABSTRACT>The first page</ABSTRACT></ITEM>
<ITEM HREF="http://channel.example/two.htm"><TITLE>Page two</TITLE></ITEM>
</CHANNEL>