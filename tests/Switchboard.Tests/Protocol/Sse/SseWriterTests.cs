using System.Buffers;
using System.Text;
using Switchboard.Protocol.Errors;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Sse;
using Switchboard.Tests.Budgets;

namespace Switchboard.Tests.Protocol.Sse;

public sealed class SseWriterTests
{
    [Fact]
    public void Writes_each_field_on_a_line_of_its_own()
    {
        var text = Written(output => SseWriter.WriteEvent(output, "x"u8, "{}"u8, "17"u8, 2500));

        Assert.Equal("event: x\nid: 17\nretry: 2500\ndata: {}\n\n", text);
    }

    [Fact]
    public void Writes_no_line_for_what_is_not_told() =>
        Assert.Equal("data: \n\n", Written(output => SseWriter.WriteEvent(output, [], [])));

    [Theory]
    [InlineData("{}", "data: {}\n\n")]
    [InlineData(" a", "data:  a\n\n")]
    [InlineData("a\nb", "data: a\ndata: b\n\n")]
    [InlineData("a\r\n\rb\n", "data: a\ndata: \ndata: b\ndata: \n\n")]
    public void Data_of_several_lines_takes_several(string data, string expected) =>
        Assert.Equal(expected, Written(output => SseWriter.WriteData(output, Encoding.UTF8.GetBytes(data))));

    [Theory]
    [InlineData("hello", ": hello\n\n")]
    [InlineData("", ": \n\n")]
    [InlineData("a\r\ndata: b", ": a\n: data: b\n\n")]
    public void A_comment_stays_one(string comment, string expected) =>
        Assert.Equal(expected, Written(output => SseWriter.WriteComment(output, Encoding.UTF8.GetBytes(comment))));

    [Fact]
    public void Writes_an_error_and_the_end() => Assert.Equal(
        "data: {\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":null,\"code\":null}}\n\ndata: [DONE]\n\n",
        Written(output =>
        {
            SseWriter.WriteError(output, new ErrorBody("m", "t"));
            SseWriter.WriteDone(output);
        }));

    [Fact]
    public void The_error_of_a_stream_of_responses_is_one_of_its_events_and_an_error_body_too()
    {
        var written = Written(output => SseWriter.WriteError(output, new ErrorBody("m", "t", null, "c"), 7));

        const string Head = "event: error\ndata: ";
        Assert.StartsWith(Head, written, StringComparison.Ordinal);
        Assert.EndsWith("}\n\n", written, StringComparison.Ordinal);
        var data = Encoding.UTF8.GetBytes(written[Head.Length..]);
        var read = Assert.IsType<ResponseErrorEvent>(WireJson.Deserialize<ResponseStreamEvent>(data));
        Assert.Equal(("m", "c", null, 7L), (read.Message, read.Code, read.Param, read.SequenceNumber));
        Assert.Equal(new ErrorBody("m", "t", null, "c"), ApiError.Read(data) is var error ? new ErrorBody(error.Message, error.Type!, error.Param, error.Code) : null);
    }

    [Theory]
    [InlineData("a\nb", "", 0)]
    [InlineData("a\rb", "", 0)]
    [InlineData("", "1\n", 0)]
    [InlineData("", "\r1", 0)]
    [InlineData("", "1\0", 0)]
    [InlineData("", "", -1)]
    public void What_no_reader_would_see_so_is_refused_and_nothing_of_it_written(string type, string id, int retry)
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.ThrowsAny<ArgumentException>(() =>
            SseWriter.WriteEvent(output, Encoding.UTF8.GetBytes(type), "{}"u8, Encoding.UTF8.GetBytes(id), retry));

        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Writes_events_without_allocating()
    {
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        Write(output);
        output.ResetWrittenCount();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(output);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        AllocationBudget.Check("sse_write_event", allocated / 100.0);
    }

    private static void Write(ArrayBufferWriter<byte> output)
    {
        for (var i = 0; i < 100; i++)
        {
            SseWriter.WriteEvent(output, "x"u8, "{\"a\":\n1}"u8, "17"u8, int.MaxValue);
        }
    }

    private static string Written(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
