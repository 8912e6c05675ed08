using System.Buffers;
using System.Globalization;
using System.Text;
using Switchboard.Server.Storage.Redis.Resp;

namespace Switchboard.Tests.Server.Storage.Redis;

public sealed class RespParserTests
{
    public static TheoryData<string, string> Values { get; } = new()
    {
        { "+OK\r\n", "text:OK" },
        { "+\r\n", "text:" },
        { "-ERR wrong number\r\n", "error:ERR wrong number" },
        { ":42\r\n", "42" },
        { ":-9223372036854775808\r\n", "-9223372036854775808" },
        { "$5\r\nhe\r\no\r\n", "text:he\r\no" },
        { "$0\r\n\r\n", "text:" },
        { "$-1\r\n", "null" },
        { "*-1\r\n", "null" },
        { "*0\r\n", "[]" },
        { "*3\r\n:1\r\n$1\r\na\r\n*2\r\n+b\r\n-E\r\n", "[1 text:a [text:b error:E]]" },
        { "_\r\n", "null" },
        { "#t\r\n", "1" },
        { "#f\r\n", "0" },
        { ",3.25\r\n", "3.25" },
        { ",10\r\n", "10" },
        { ",1e3\r\n", "1000" },
        { ",inf\r\n", "Infinity" },
        { ",-inf\r\n", "-Infinity" },
        { ",nan\r\n", "NaN" },
        { "(3492890328409238509324850943850943825024385\r\n", "text:3492890328409238509324850943850943825024385" },
        { "!8\r\nERR\r\nbad\r\n", "error:ERR\r\nbad" },
        { "=7\r\ntxt:abc\r\n", "text:abc" },
        { "%2\r\n+a\r\n:1\r\n+b\r\n_\r\n", "[text:a 1 text:b null]" },
        { "~2\r\n:1\r\n:2\r\n", "[1 2]" },
        { ">2\r\n+message\r\n+hi\r\n", "push[text:message text:hi]" },
        { "|1\r\n+ttl\r\n:3600\r\n:7\r\n", "7" },
        { "*2\r\n|1\r\n+ttl\r\n*1\r\n:3600\r\n:7\r\n:8\r\n", "[7 8]" },
        { "$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;2\r\nld\r\n;0\r\n", "text:Hello world" },
        { "*?\r\n:1\r\n*?\r\n:2\r\n.\r\n.\r\n", "[1 [2]]" },
        { "%?\r\n+a\r\n:1\r\n.\r\n", "[text:a 1]" },
        { "*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "[[[[1]]]]" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_read_however_it_comes_in_pieces(string bytes, string expected)
    {
        var all = Encoding.UTF8.GetBytes(bytes);
        for (var cut = 0; cut <= all.Length; cut++)
        {
            // In two pieces, and not whole until the last byte has come.
            var sequence = Pieces(all[..cut], all[cut..]);

            Assert.True(RespParser.TryRead(ref sequence, out var value));
            Assert.Equal(expected, Show(value));
            Assert.Equal(0, sequence.Length);
            var beginning = new ReadOnlySequence<byte>(all[..cut]);
            Assert.Equal(cut == all.Length, RespParser.TryRead(ref beginning, out _));
        }

        var single = Pieces([.. all.Select(one => new[] { one })]);
        Assert.True(RespParser.TryRead(ref single, out var slow));
        Assert.Equal(expected, Show(slow));
    }

    [Fact]
    public void Values_behind_one_another_are_read_one_by_one()
    {
        var sequence = new ReadOnlySequence<byte>("+a\r\n:2\r\n$1\r\nc\r\n+d"u8.ToArray());
        var read = new List<string>();
        while (RespParser.TryRead(ref sequence, out var value))
        {
            read.Add(Show(value));
        }

        Assert.Equal(["text:a", "2", "text:c"], read);
        Assert.Equal(2, sequence.Length);
    }

    [Theory]
    [InlineData("?3\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData(":\r\n")]
    [InlineData(":1x\r\n")]
    [InlineData(":99999999999999999999\r\n")]
    [InlineData("#x\r\n")]
    [InlineData(",1.2.3\r\n")]
    [InlineData("_x\r\n")]
    [InlineData("+a\n")]
    [InlineData("$3\r\nabcd\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$33554433\r\n")]
    [InlineData("$9223372036854775807\r\n")]
    [InlineData("*-2\r\n")]
    [InlineData("*65537\r\n")]
    [InlineData("*9223372036854775807\r\n")]
    [InlineData("%9223372036854775807\r\n")]
    [InlineData("=3\r\nabc\r\n")]
    [InlineData("!-1\r\n")]
    [InlineData(".\r\n")]
    [InlineData("*2\r\n:1\r\n.\r\n.\r\n")]
    [InlineData("$?\r\n:1\r\n")]
    [InlineData("$?\r\n;-1\r\n")]
    public void What_is_none_or_too_large_is_refused(string bytes)
    {
        Assert.Throws<RespException>(() =>
        {
            var sequence = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(bytes));
            RespParser.TryRead(ref sequence, out _);
        });
    }

    [Fact]
    public void Lines_without_end_values_too_deep_and_too_many_are_refused()
    {
        string[] bad =
        [
            "+" + new string('x', RespLimits.MostLine + 1),
            string.Concat(Enumerable.Repeat("*1\r\n", RespLimits.MostDepth + 1)) + ":1\r\n",
            string.Concat(Enumerable.Repeat("*?\r\n", RespLimits.MostDepth + 1)) + ":1\r\n",
            $"*?\r\n{string.Concat(Enumerable.Repeat(":1\r\n", RespLimits.MostValues + 1))}",
            $"*2\r\n{string.Concat(Enumerable.Repeat($"*40000\r\n{string.Concat(Enumerable.Repeat(":1\r\n", 40000))}", 2))}",
        ];
        foreach (var bytes in bad)
        {
            Assert.Throws<RespException>(() =>
            {
                var sequence = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(bytes));
                RespParser.TryRead(ref sequence, out _);
            });
        }
    }

    [Fact]
    public void A_promise_of_many_values_takes_no_memory()
    {
        // 16 deep, each promising 65,536 values of which none has come.
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("*65536\r\n", RespLimits.MostDepth)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sequence = new ReadOnlySequence<byte>(bytes);

        Assert.False(RespParser.TryRead(ref sequence, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Fact]
    public void Whatever_comes_it_is_read_refused_or_waited_for()
    {
        var random = new Random(11);
        const string Pieces = "+-:$*_#,(!=%~>|;.?0123456789\r\n\r\n\r\nabc";
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => Pieces[random.Next(Pieces.Length)])));
            var sequence = new ReadOnlySequence<byte>(bytes);
            try
            {
                while (RespParser.TryRead(ref sequence, out _))
                {
                    Assert.True(sequence.Length < bytes.Length);
                }
            }
            catch (RespException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public void A_command_is_written_as_the_protocol_has_it()
    {
        using var command = CommandBuffer.Of("SET", "key")
            .Add("pre:"u8, "é").Add(-12).Add("a"u8, "b"u8).Add(new byte[2000]);

        Assert.Equal(6, command.Count);
        Assert.StartsWith("$3\r\nSET\r\n$3\r\nkey\r\n$6\r\npre:é\r\n$3\r\n-12\r\n$2\r\nab\r\n$2000\r\n\0", Encoding.UTF8.GetString(command.Written), StringComparison.Ordinal);
    }

    private static string Show(RespValue value) => value.Kind switch
    {
        RespKind.Null => "null",
        RespKind.Text => $"text:{value.Text}",
        RespKind.Error => $"error:{value.Text}",
        RespKind.Integer => value.Integer.ToString(CultureInfo.InvariantCulture),
        RespKind.Double => value.Double.ToString(CultureInfo.InvariantCulture),
        RespKind.Items => $"[{string.Join(' ', value.Items.Select(Show))}]",
        _ => $"push[{string.Join(' ', value.Items.Select(Show))}]",
    };

    private static ReadOnlySequence<byte> Pieces(params byte[][] pieces)
    {
        var first = new Piece(pieces[0], 0);
        var last = pieces.Skip(1).Aggregate(first, (before, bytes) => before.Append(bytes));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long start) => (Memory, RunningIndex) = (bytes, start);

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
