using System.Text;
using Switchboard.Gateway.Requests;

namespace Switchboard.Tests.Gateway.Requests;

public sealed class BodyEditsTests
{
    private const string Body = """ {"model":"a","n":1,"x":null}""";

    [Fact]
    public void Without_edits_the_body_stays_the_same_bytes()
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var edits = new BodyEdits();

        Assert.True(edits.IsEmpty);
        Assert.True(edits.Apply(body).Equals(body));
        Assert.Equal(0, edits.Growth);
    }

    [Fact]
    public void Edits_are_made_wherever_they_lie_in_whatever_order_they_came()
    {
        var edits = new BodyEdits();
        Replace(edits, "null", "[]");
        Replace(edits, "\"n\":1,", "");
        Replace(edits, "\"a\"", "\"longer\"");

        Assert.Equal(""" {"model":"longer","x":[]}""", Apply(edits));
    }

    [Fact]
    public void Members_are_added_in_front_in_their_order_also_where_the_first_member_is_cut()
    {
        var edits = new BodyEdits();
        Replace(edits, "\"model\":\"a\",", "");
        edits.AddMember(Encoding.UTF8.GetBytes(Body), "y\"", "1"u8);
        edits.AddMember(Encoding.UTF8.GetBytes(Body), "z", "{}"u8);

        Assert.Equal(""" {"y\u0022":1,"z":{},"n":1,"x":null}""", Apply(edits));
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(5, 1)]
    [InlineData(7, 4)]
    [InlineData(5, 0)]
    public void Overlapping_edits_are_a_bug(int start, int length)
    {
        var edits = new BodyEdits();
        edits.Cut(4, 4);

        Assert.Throws<ArgumentException>(() => edits.Cut(start, length));
    }

    [Fact]
    public void Neighbours_do_not_overlap()
    {
        var edits = new BodyEdits();
        edits.Cut(4, 4);
        edits.Cut(8, 2);
        edits.Cut(2, 2);

        Assert.Equal("2..4 \u2192 , 4..8 \u2192 , 8..10 \u2192 ", edits.ToString());
    }

    [Fact]
    public void More_edits_on_top_leave_the_first_ones_as_they_were()
    {
        var first = new BodyEdits();
        Replace(first, "1", "2");
        var second = new BodyEdits(first);
        Replace(second, "null", "3");

        Assert.Equal(""" {"model":"a","n":2,"x":null}""", Apply(first));
        Assert.Equal(""" {"model":"a","n":2,"x":3}""", Apply(second));
    }

    private static void Replace(BodyEdits edits, string old, string by) =>
        edits.Replace(Body.IndexOf(old, StringComparison.Ordinal), old.Length, Encoding.UTF8.GetBytes(by));

    private static string Apply(BodyEdits edits)
    {
        var edited = edits.Apply(Encoding.UTF8.GetBytes(Body));
        Assert.Equal(Encoding.UTF8.GetByteCount(Body) + edits.Growth, edited.Length);
        return Encoding.UTF8.GetString(edited.Span);
    }
}
