import { describe, expect, it } from 'vitest'
import type { LargeExchange } from '#shared/log/kafka/send-parts'
import { featuresRequest } from '#shared/log/kafka/wire/features-request'
import { joiningProduceRequest } from '#shared/log/kafka/wire/produce-request'
import { commitPositionRequest, endTransactionRequest } from '#shared/log/kafka/wire/transaction-requests'

// Bytes by hand, field by field, from https://kafka.apache.org/protocol#protocol_messages. Fields are set apart by spaces; a request
// begins with the tagged fields of its header, none.

const place = { transactionalId: 'tx', producerId: '7', producerEpoch: 3 }
const text = (value: string) => Buffer.from(value).toString('hex')
const sent = ({ parts }: LargeExchange<unknown>) => Buffer.concat([...parts]).toString('hex')
const bytes = (...fields: string[]) => fields.join('').replaceAll(' ', '')
const answered = <T>({ response }: LargeExchange<T>, ...fields: string[]) =>
  response.decode(Buffer.from(bytes(...fields), 'hex'))

describe('requests of transactions that are joined by writing', () => {
  it('commit a position for no member of its group', async () => {
    const request = commitPositionRequest(place, { group: 'g', topic: 'in', partition: 5, offset: 258 })
    expect(request.request).toMatchObject({ apiKey: 28, apiVersion: 5 })
    expect(sent(request)).toBe(
      bytes(
        ...['00', `03${text('tx')}`, `02${text('g')}`, '0000000000000007 0003'],
        // Generation, member, instance.
        ...['ffffffff 01 00'],
        ...['02', `03${text('in')}`, '02', '00000005 0000000000000102 ffffffff 01 00', '00', '00'],
      ),
    )
    const answer = (code: string) => ['00 00000000 02', `03${text('in')}`, `02 00000005 ${code} 00`, '00 00']
    await expect(answered(request, ...answer('0000'))).resolves.toBe(0)
    await expect(answered(request, ...answer('0033'))).resolves.toBe(51)
  })

  it('end with a commit, and hear who writes the next', async () => {
    const request = endTransactionRequest(place)
    expect(request.request).toMatchObject({ apiKey: 26, apiVersion: 5 })
    expect(sent(request)).toBe(bytes('00', `03${text('tx')}`, '0000000000000007 0003 01 00'))
    await expect(answered(request, '00 00000000 0000 0000000000000008 0004 00')).resolves.toEqual({
      ...{ errorCode: 0, producerId: '8', producerEpoch: 4 },
    })
  })

  it('carry batches as they are', async () => {
    const batches = [{ topic: 'out', partition: 2, bytes: Buffer.alloc(200, 0xab) }]
    const request = joiningProduceRequest('tx', batches, 20_000)
    expect(request.request).toMatchObject({ apiKey: 0, apiVersion: 12 })
    // 201 as a varint of two bytes.
    const batch = `00000002 c901 ${'ab'.repeat(200)} 00`
    expect(sent(request)).toBe(
      bytes('00', `03${text('tx')}`, 'ffff 00004e20', '02', `04${text('out')}`, '02', batch, '00', '00'),
    )
    const partition = '00000002 0000 0000000000000029 ffffffffffffffff 0000000000000000'
    const refused = `02 00000001 04${text('bad')} 00`
    // No message, and one tagged field to pass over: who leads now.
    const told = '00 01 00 0c 00000001 00000002 00000000'
    await expect(
      answered(request, '00', '02', `04${text('out')}`, '02', partition, refused, told, '00', '00000000 00'),
    ).resolves.toEqual([{ topic: 'out', partition: 2, errorCode: 0, baseOffset: 41 }])
  })
})

describe('the features of a cluster', () => {
  it('are among the tagged fields of what its brokers understand', async () => {
    const request = featuresRequest()
    expect(request.request).toMatchObject({ apiKey: 18, apiVersion: 3 })
    expect(sent(request)).toBe(bytes('00', `09${text('foretide')}`, '0231', '00'))
    const features = bytes('02', `14${text('transaction.version')}`, '0002 0001', '00')
    const size = (features.length / 2).toString(16).padStart(2, '0')
    const versions = ['0000', '02 0012 0000 0004 00', '00000000']
    const tagged = ['02', `01 08 0000000000000009`, `02 ${size} ${features}`]
    await expect(answered(request, ...versions, ...tagged)).resolves.toEqual({
      errorCode: 0,
      levels: new Map([['transaction.version', 2]]),
    })
    await expect(answered(request, '0023')).resolves.toMatchObject({ errorCode: 35 })
  })
})
