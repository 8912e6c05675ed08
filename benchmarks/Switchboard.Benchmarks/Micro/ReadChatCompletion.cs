using System.ClientModel.Primitives;
using BenchmarkDotNet.Attributes;
using OpenAI;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using SdkChat = OpenAI.Chat;

namespace Switchboard.Benchmarks.Micro;

/// <summary>What does reading a chat completion of 1 KB cost, beside the OpenAI SDK?</summary>
[MemoryDiagnoser]
public class ReadChatCompletion
{
    private static readonly byte[] s_body = Bodies.ChatCompletion;
    private static readonly BinaryData s_data = BinaryData.FromBytes(s_body);

    [GlobalSetup]
    public void SetUp()
    {
        var expected = ReadBySdk();
        var actual = WireJson.Deserialize<ChatCompletion>(s_body);
        Bodies.RequireSame((expected.Id, expected.Model, expected.CreatedAt), (actual.Id, actual.Model, actual.Created));
        Bodies.RequireSame(expected.Content[0].Text, actual.Choices[0].Message.Content);
        Bodies.RequireSame(expected.Usage.TotalTokenCount, (int)(actual.Usage?.TotalTokens ?? 0));
        Bodies.RequireSame(Sdk(), Protocol());
    }

    [Benchmark(Baseline = true)]
    public int Sdk()
    {
        var completion = ReadBySdk();
        return completion.Content[0].Text.Length + completion.Usage.TotalTokenCount;
    }

    [Benchmark]
    public int Protocol()
    {
        var completion = WireJson.Deserialize<ChatCompletion>(s_body);
        return completion.Choices[0].Message.Content!.Length + (int)completion.Usage!.TotalTokens;
    }

    // With the SDK's own context: without it a model is found by reflection, which costs a little more.
    private static SdkChat.ChatCompletion ReadBySdk() =>
        ModelReaderWriter.Read<SdkChat.ChatCompletion>(s_data, new ModelReaderWriterOptions("W"), OpenAIContext.Default)!;
}
