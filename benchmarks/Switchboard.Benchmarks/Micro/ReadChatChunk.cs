using System.ClientModel.Primitives;
using BenchmarkDotNet.Attributes;
using OpenAI;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using SdkChat = OpenAI.Chat;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does reading one chunk of a streamed chat completion cost, beside the OpenAI SDK?</summary>
[MemoryDiagnoser]
public class ReadChatChunk
{
    private static readonly byte[] s_body = Bodies.ChatChunk;
    private static readonly BinaryData s_data = BinaryData.FromBytes(s_body);

    [GlobalSetup]
    public void SetUp()
    {
        var expected = ReadBySdk();
        var actual = WireJson.Deserialize<ChatCompletionChunk>(s_body);
        Bodies.RequireSame((expected.CompletionId, expected.Model, expected.CreatedAt), (actual.Id, actual.Model, actual.Created));
        Bodies.RequireSame(expected.ContentUpdate[0].Text, actual.Choices[0].Delta.Content);
        Bodies.RequireSame(Sdk(), Protocol());
    }

    [Benchmark(Baseline = true)]
    public int Sdk() => ReadBySdk().ContentUpdate[0].Text.Length;

    [Benchmark]
    public int Protocol() => WireJson.Deserialize<ChatCompletionChunk>(s_body).Choices[0].Delta.Content!.Length;

    private static SdkChat.StreamingChatCompletionUpdate ReadBySdk() =>
        ModelReaderWriter.Read<SdkChat.StreamingChatCompletionUpdate>(s_data, new ModelReaderWriterOptions("W"), OpenAIContext.Default)!;
}
