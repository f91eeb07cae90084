<?xml version="1.0" encoding="UTF-8"?>
<CHANNEL BASE="http://cdf.example/" HREF="http://cdf.example/start.htm"><TITLE>Desk</TITLE><ABSTRACT>Top</ABSTRACT><LOGO HREF="http://cdf.example/l.gif" STYLE="IMAGE"/>
<SCHEDULE STARTDATE="1998-01-01"><INTERVALTIME DAY="1"/></SCHEDULE>
<ITEM HREF="http://cdf.example/a.htm"><TITLE>Nested</TITLE><ABSTRACT>Inner &lt;text></ABSTRACT><LOG VALUE="document:view"/></ITEM>
<ITEM HREF="http://cdf.example/b.htm" LASTMOD="1998-11-05T22:22:00"><TITLE>Ordinary title</TITLE><ABSTRACT>Plain &amp; short</ABSTRACT></ITEM>
</CHANNEL>