import { describe, expect, it } from 'vitest'
import { MalformedBytesError } from '#shared/log/kafka/wire/byte-reader'
import { brokersRequest, metadataRequest } from '#shared/log/kafka/wire/metadata-request'

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex')
const id = '000102030405060708090a0b0c0d0e0f'

/** By hand, from the message's schema: https://github.com/apache/kafka/blob/4.1.1/clients/src/main/resources/common/message/MetadataResponse.json */
const response = hex(`
  00 00000000
  02 00000001 02 61 00002384 00 00
  00 00000001
  02 0000 03 696e ${id} 00
    03
    0000 00000000 00000007 00000000 02 00000007 02 00000007 01 00
    0005 00000001 ffffffff 00000002 03 00000007 00000008 01 01 01 00 02 abcd
    80000000 00
  00`)

describe('metadata of a topic', () => {
  it('is asked for by name, without creating it', async () => {
    const { buf } = await metadataRequest('in').request.encode()
    // Tags of the header; one topic with no id, its name, tags; neither creation nor operations; tags.
    expect(buf.toString('hex')).toBe(`00 02 ${'00'.repeat(16)} 03696e 00 00 00 00`.replaceAll(' ', ''))
  })

  it('holds its id, and who leads each partition', async () => {
    const found = await metadataRequest('in').response.decode(response)
    expect(found).toEqual({
      errorCode: 0,
      topicId: id,
      leaders: new Map([
        [0, 7],
        [1, -1],
      ]),
    })
  })

  it('of another topic is none', async () => {
    await expect(metadataRequest('out').response.decode(response)).resolves.toMatchObject({ errorCode: 3 })
  })

  it('cut short anywhere is refused', async () => {
    const { response: of } = metadataRequest('in')
    for (let length = 0; length < response.length - 1; length++) {
      await expect(of.decode(response.subarray(0, length))).rejects.toThrow(MalformedBytesError)
    }
  })
})

describe('metadata of no topic', () => {
  it('is asked for by an empty list: null would be every topic', async () => {
    const { buf } = await brokersRequest().request.encode()
    expect(buf.toString('hex')).toBe('00 01 00 00 00'.replaceAll(' ', ''))
  })

  it('holds the brokers, one of them in a rack', async () => {
    const answer = hex(`
      00 00000000
      03
      00000001 02 61 00002384 00 00
      00000002 02 62 00002385 03 7231 00
      03 6964 00000002 01 00`)
    expect(await brokersRequest().response.decode(answer)).toEqual({
      brokers: [
        { nodeId: 1, host: 'a', port: 9092, rack: null },
        { nodeId: 2, host: 'b', port: 9093, rack: 'r1' },
      ],
      clusterId: 'id',
      controllerId: 2,
      topicMetadata: [],
    })
  })
})
