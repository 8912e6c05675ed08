using System.Buffers;
using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;

namespace Switchboard.Tests.Gateway.Relay;

public sealed class AnswerNotesTests
{
    [Theory]
    [InlineData(StreamKind.Choices, AnswerEnds.Stop, """{"model":"m","choices":[{"index":0,"finish_reason":"stop"}]}""")]
    [InlineData(StreamKind.Choices, AnswerEnds.Length | AnswerEnds.ToolCalls, """{"model":"m","choices":[{"index":0,"finish_reason":"length"},{"index":1,"finish_reason":"tool_calls"}]}""")]
    [InlineData(StreamKind.Choices, AnswerEnds.ContentFilter, """{"model":"m","choices":[{"index":0,"finish_reason":"content_filter"}]}""")]
    [InlineData(StreamKind.Choices, AnswerEnds.Other, """{"model":"m","choices":[{"index":0,"finish_reason":"eos"}]}""")]
    [InlineData(StreamKind.Choices, AnswerEnds.None, """{"model":"m","choices":[{"index":0,"finish_reason":null}]}""")]
    [InlineData(StreamKind.Typed, AnswerEnds.Stop, """{"object":"response","status":"completed","model":"m"}""")]
    [InlineData(StreamKind.Typed, AnswerEnds.Stop, """{"type":"response.completed","response":{"model":"m","status":"completed"}}""")]
    [InlineData(StreamKind.Typed, AnswerEnds.Length, """{"type":"response.incomplete","response":{"model":"m"}}""")]
    [InlineData(StreamKind.Typed, AnswerEnds.Error, """{"type":"response.failed","response":{"model":"m"}}""")]
    [InlineData(StreamKind.Messages, AnswerEnds.Stop, """{"type":"message","model":"m","stop_reason":"end_turn"}""")]
    [InlineData(StreamKind.Messages, AnswerEnds.ToolCalls, """{"type":"message_start","message":{"model":"m"}}""", """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null}}""")]
    [InlineData(StreamKind.Contents, AnswerEnds.Length, """{"candidates":[{"finishReason":"MAX_TOKENS"}],"modelVersion":"m"}""")]
    [InlineData(StreamKind.Contents, AnswerEnds.ContentFilter, """{"promptFeedback":{"blockReason":"SAFETY"},"modelVersion":"m"}""")]
    public void An_answer_of_each_dialect_says_who_it_is_of_and_why_it_ended(object kind, object ends, params string[] events)
    {
        var tap = new AnswerTap((StreamKind)kind) { ReadsModel = true };
        var silent = new AnswerTap((StreamKind)kind);
        foreach (var one in events)
        {
            var data = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(one));
            tap.Read(data);
            silent.Read(data);
        }

        Assert.Equal(new AnswerNotes("m", (AnswerEnds)ends), tap.Notes);
        Assert.Null(silent.Notes.Model);
    }
}
