/** Portuguese. */
import type { Translation } from '.';
import { FILM_TITLES, formatsOf, wordsOf } from './words';

const words = wordsOf('pt');
const { plural, number } = words;
const formats = formatsOf(words);
const films = () => words.either(FILM_TITLES);

export const pt: Translation = {
  name: 'Visage',
  title: 'Visage: restauração de rostos em fotos',
  description: 'Restaura rostos em fotos antigas e desfocadas e mostra o que mudou.',
  skip: 'Ir para o conteúdo principal',
  home: 'Visage, página inicial',
  theme: {
    change: (current, next) => `Tema: ${current}. Mudar para ${next}`,
    system: 'do sistema',
    light: 'claro',
    dark: 'escuro',
  },
  language: 'Idioma',
  docs: 'API',
  privacy: 'Sua foto é enviada só a este serviço. Ela fica na memória enquanto é processada e nunca é armazenada.',
  dismiss: 'Fechar',

  service: {
    checking: 'Verificando o serviço',
    ready: 'Serviço pronto',
    starting: 'O serviço está iniciando',
    down: 'Serviço indisponível',
    startingNote: 'O serviço ainda está carregando os modelos.',
    downNote: 'O serviço não responde. Esta página continua tentando.',
    meantime: 'Enquanto isso, você já pode escolher uma foto.',
    isBack: 'O serviço está disponível de novo.',
  },

  empty: {
    headline: 'Rostos, nítidos de novo.',
    lead: 'Restaura rostos em fotos antigas, desfocadas ou minúsculas. Não guarda nenhuma e diz se ainda é a mesma pessoa.',
    drop: 'Solte fotos aqui',
    dropNow: 'Solte para usar estas fotos',
    paste: 'ou cole uma da área de transferência',
    choose: 'Escolher uma foto',
    chooseTouch: 'Escolher ou tirar uma foto',
    rules: (max) => `${formats.anyOf}, até ${max}`,
    sample: 'Restaurar esta você mesmo',
    sampleCredit: 'A astronauta Eileen Collins, NASA, danificada de propósito',
    samples: 'Exemplos',
    sampleNames: { blur: 'Desfocada', print: 'Cópia antiga', small: 'Minúscula' },
  },

  problems: {
    title: (count) => plural(count, { one: '# arquivo ficou de fora', other: '# arquivos ficaram de fora' }),
    get type() {
      return `não é um arquivo que o serviço leia (${formats.anyOf}). O que conta é o conteúdo, não o nome.`;
    },
    knownType: (title) => `é um arquivo ${title}. O serviço lê ${formats.allOf}.`,
    empty: 'está vazio. Escolha de novo o arquivo original.',
    size: (size, max) => `tem ${size}. O limite é ${max}.`,
    damaged: 'está danificado ou incompleto. Copie ou exporte de novo a partir da origem.',
    oneFilm: 'é um segundo filme. Um filme de cada vez: termine ou remova antes o outro.',
    link: 'Foi solto um link para uma imagem. Salve primeiro a imagem e depois solte o arquivo.',
    nothingPasted: 'Não há imagem na área de transferência. Copie primeiro uma imagem e cole aqui.',
    sample: 'O exemplo não pôde ser carregado. Verifique a conexão com o serviço e tente de novo.',
  },

  photo: {
    alt: (name) => `Sua foto, ${name}`,
    dimensions: 'Dimensões',
    file: 'Arquivo',
    result: 'Resultado',
    replace: 'Outra foto',
    restore: 'Restaurar',
    fit: 'Reduzir',
    fitTo: (size) => `Reduzir para ${size}`,
    fitted: 'Reduzida para o serviço.',
    tooManyInput: (has, max) => `Esta foto tem ${has} megapixels. O serviço aceita no máximo ${max}.`,
    tooManyBytes: (has, max) => `Este arquivo tem ${has}. O serviço aceita no máximo ${max}.`,
    tooManyOutput: (has, max) => `O resultado teria ${has} megapixels. O serviço produz no máximo ${max}.`,
    enlargeBy: (factor) => `Ampliar ${factor}× em vez disso`,
    tooSmall: (min) => `O lado menor tem menos de ${min} pixels. O serviço precisa de pelo menos ${min}.`,
    large: 'O resultado será grande. O processamento vai demorar um pouco.',
  },

  findings: {
    faces: 'Rostos',
    time: 'Tempo',
    asking: 'Analisando…',
    found: (faces, chosen) => (faces === chosen ? number(faces) : `${number(chosen)} de ${number(faces)} a restaurar`),
    about: (duration) => `cerca de ${duration}`,
    none: 'Nenhum rosto foi encontrado. A foto pode ser ampliada como está.',
    reasons: {
      already_sharp: (count) =>
        plural(count, {
          one: '# rosto já está nítido. Restaurar mudará pouco, ou não para melhor.',
          other: '# rostos já estão nítidos. Restaurar mudará pouco, ou não para melhor.',
        }),
      too_small: (count) =>
        plural(count, {
          one: '# rosto é muito pequeno. Pode sair como outra pessoa.',
          other: '# rostos são muito pequenos. Podem sair como outras pessoas.',
        }),
      bystander: (count) =>
        plural(count, {
          one: '# rosto está fora de foco ao fundo. Fica como está se você não escolher outra coisa.',
          other: '# rostos estão fora de foco ao fundo. Ficam como estão se você não escolher outra coisa.',
        }),
    },
  },

  options: {
    title: 'Opções',
    reset: 'Redefinir',
    factor: { label: 'Ampliar', times: (factor) => `${factor}×` },
    strength: {
      label: 'Intensidade',
      help: 'Quanto do rosto restaurado substitui o original. Um valor menor mantém mais do original.',
    },
    faces: {
      label: 'Rostos',
      help: 'Quais rostos restaurar.',
      choices: { all: 'Todos', none: 'Nenhum', largest: 'Maior', center: 'Central' },
    },
    identity: {
      label: 'Se um rosto mudar demais',
      help: 'Se um rosto já não parece a mesma pessoa, “Misturar” o combina com o original até parecer e “Manter” deixa o original.',
      choices: { warn: 'Avisar', blend: 'Misturar', keep: 'Manter' },
    },
    bystanders: {
      label: 'Restaurar rostos desfocados ao fundo',
      help: 'Sem isso, rostos pequenos e fora de foco ao fundo ficam como estão.',
    },
    color: {
      label: 'Manter as cores originais',
      help: 'Ajusta as cores de cada rosto restaurado às da foto.',
    },
    grain: { label: 'Igualar a granulação', help: 'Dá aos rostos restaurados a granulação do que os cerca.' },
    background: {
      label: 'Melhorar o fundo',
      help: 'Desligado, tudo fora dos rostos é ampliado sem IA, o que é mais rápido.',
    },
    format: {
      label: 'Salvar como',
      get help() {
        return `Sem perdas: ${formats.lossless}. Menores: ${formats.smaller}.`;
      },
    },
    metadata: {
      label: 'Metadados da foto',
      help: 'Data, câmera, legenda e direitos. “Privado” omite o lugar e os números de série.',
      choices: { keep: 'Manter', private: 'Privado', strip: 'Remover' },
    },
  },

  progress: {
    title: 'Restaurando sua foto',
    tellMe: 'Avisar quando terminar',
    willTell: 'Você receberá uma notificação quando terminar.',
    queued: 'Esperando a vez',
    sent: 'Enviada. Esperando para começar',
    count: (done, total) => `${done} de ${total}`,
    times: (elapsed, remaining) =>
      remaining === null ? `${elapsed} até agora` : `${elapsed} até agora, faltam cerca de ${remaining}`,
    received: (size) => `${size} recebidos`,
    overall: 'Progresso total',
    done: 'pronto',
    running: 'em andamento',
    waiting: 'não começou',
    cancel: 'Cancelar',
    canceled: 'Cancelado. Sua foto ainda está aqui.',
    stages: {
      upload: 'Enviando a foto',
      detector: 'Procurando rostos',
      restorer: 'Restaurando rostos',
      upscaler: 'Ampliando a foto',
      compose: 'Inserindo os rostos',
      verifier: 'Conferindo a identidade',
      metrics: 'Medindo a diferença',
      encode: 'Preparando o resultado',
      decode: 'Lendo a foto',
      request: 'Conferindo o pedido',
      ingress: 'Aceitando o pedido',
      weights: 'Carregando um modelo',
      internal: 'Dentro do serviço',
      waiting: 'Esperando e movendo dados',
      receive: 'Recebendo o resultado',
    },
  },

  result: {
    title: 'Restaurada',
    announce: (faces, duration) =>
      `Pronto em ${duration}. ${plural(faces, { one: '# rosto foi restaurado.', other: '# rostos foram restaurados.' })}`,
    summary: (faces, found, duration) =>
      faces === found
        ? `${plural(faces, { one: '# rosto', other: '# rostos' })}, ${duration}`
        : `${faces} de ${plural(found, { one: '# rosto', other: '# rostos' })}, ${duration}`,
    warning: 'Confira o resultado com cuidado',
    download: 'Baixar',
    composed: 'composta aqui',
    fromService: (format) => `${format} do serviço`,
    asking: 'O serviço restaura com estas intensidades…',
    serviceFailed: 'O serviço não conseguiu agora. “Baixar” dá a imagem composta neste navegador.',
    copy: 'Copiar',
    copied: 'Copiado',
    copyFailed: 'O navegador não permitiu copiar. Use “Baixar”.',
    share: 'Compartilhar',
    shareFailed: 'O navegador não conseguiu compartilhar. Use “Baixar”.',
    card: 'Salvar comparação',
    cardCaption: (identity, model) =>
      identity === null ? `Restaurada por IA · ${model}` : `Restaurada por IA · identidade ${identity} · ${model}`,
    report: 'Relatório (JSON)',
    again: 'Restaurar de novo',
    changeOptions: 'Mudar opções',
  },

  notes: {
    title: 'Bom saber',
    more_pages: (count) =>
      plural(count, {
        one: 'O arquivo tem # página.',
        other: 'O arquivo tem # páginas. Só a primeira foi restaurada.',
      }),
    more_frames: (count) =>
      plural(count, {
        one: 'O arquivo tem # quadro.',
        other: 'O arquivo tem # quadros. Só o primeiro foi restaurado.',
      }),
    picture_sequence: 'O arquivo também tem uma sequência de imagens. Só a fixa foi restaurada.',
    exif_lost: 'A data e os dados da câmera não podem ser lidos neste tipo de arquivo e não estão no resultado.',
    picture_in_alpha: 'A imagem estava só na transparência e foi posta sobre branco.',
    smaller_factor: (factor, wanted, max) =>
      `Ampliada ${factor}× em vez de ${wanted}×: resultados têm no máximo ${max} megapixels.`,
    no_transparency: (format) => `${format} não tem transparência, por isso a imagem foi posta sobre branco.`,
    fewer_bits: (format, bits, of) => `${format} é gravado com ${bits} bits por canal, menos que os ${of} da foto.`,
    no_facial_prior:
      'O serviço funciona sem sua rede para rostos: olhos e dentes ficaram mais nítidos, mas não foram restaurados.',
    faces_left_out: (kept, found) => `Só os ${kept} maiores de ${found} rostos foram restaurados.`,
    bystanders: (count) =>
      plural(count, {
        one: '# rosto ao fundo está fora de foco e ficou como estava. Uma opção o restaura também.',
        other: '# rostos ao fundo estão fora de foco e ficaram como estavam. Uma opção os restaura também.',
      }),
    credentials_unreadable: 'As Content Credentials da foto não puderam ser lidas e não estão no resultado.',
    credentials_unsigned: 'As Content Credentials da foto não estão no resultado porque este serviço não assina.',
    kept_as_it_was: (number, identity) =>
      `O rosto ${number} ficou como estava, para continuar a mesma pessoa (identidade ${identity}).`,
    restored_less: (number, strength, identity) =>
      `O rosto ${number} foi restaurado só em ${strength}, para continuar a mesma pessoa (identidade ${identity}).`,
  },

  save: {
    title: 'Salvar como',
    format: 'Formato',
    quality: 'Qualidade',
    help: 'Codificada neste navegador: 8 bits por canal, sem metadados.',
  },

  stage: {
    label: 'Antes e depois',
    hint: 'Mais e menos ampliam e reduzem. 0 mostra a imagem inteira. 1 mostra os pixels reais. As setas movem a imagem ampliada. Segure O para ver o original. O ponto de interrogação mostra todas as teclas.',
    handle: 'Divisor entre o original à esquerda e a imagem restaurada à direita',
    before: 'Original',
    after: 'Restaurada',
    against: 'Comparar com',
    version: (number, options) => `Versão ${number}: ${options}`,
    mode: 'Visualização',
    modes: { slider: 'Divisor', sides: 'Lado a lado', lens: 'Lupa', difference: 'Diferença' },
    differenceNote: 'Mais claro quer dizer que mudou mais.',
    hold: 'Segurar para ver o original',
    boxes: 'Molduras dos rostos',
    zoomIn: 'Ampliar',
    zoomOut: 'Reduzir',
    fit: 'Imagem inteira',
    actualPixels: 'Pixels reais',
    fullScreen: 'Tela cheia',
    pan: {
      label: 'Mover a imagem',
      left: 'Mover para a esquerda',
      right: 'Mover para a direita',
      up: 'Mover para cima',
      down: 'Mover para baixo',
    },
    face: (number) => `Ampliar o rosto ${number}`,
  },

  keys: {
    title: 'Teclado',
    list: [
      ['Enter', 'Restaurar'],
      ['Esc', 'Cancelar ou fechar'],
      ['S  Ctrl S', 'Baixar'],
      ['Ctrl C', 'Copiar o resultado'],
      ['← →', 'Mover o divisor ou ir de rosto em rosto'],
      ['N  P', 'Próximo rosto, rosto anterior'],
      ['V', 'Próxima visualização: divisor, lado a lado, lupa, diferença'],
      ['O', 'Segurar para ver o original'],
      ['+  −', 'Ampliar e reduzir'],
      ['0  1', 'Imagem inteira, pixels reais'],
      ['B', 'Molduras dos rostos'],
      ['F', 'Tela cheia'],
      ['D', 'Mostrar ou ocultar os detalhes ao lado da imagem'],
      ['?', 'Esta lista'],
    ],
    close: 'Fechar',
  },

  panel: { hide: 'Ocultar os detalhes', show: 'Mostrar os detalhes' },

  strengths: {
    title: 'Intensidade da restauração',
    all: 'Todos os rostos',
    face: (number) => `Rosto ${number}`,
    differ: (value) => `${value} em média`,
    identity: (value) => `Identidade de cerca de ${value} nesta intensidade.`,
    mark: (strength, identity) => `Até ${strength}, a marca do controle, a identidade é de pelo menos ${identity}.`,
    reset: 'Redefinir as intensidades',
    failed: 'Este navegador não consegue compor a imagem. O serviço consegue.',
  },

  trust: {
    title: 'Ainda é a mesma pessoa?',
    same: 'Sim',
    unknown: 'Não dá para saber',
    look: 'Olhe de novo',
    nobody: 'Nenhum rosto foi restaurado',
    sameText: (count) =>
      plural(count, {
        one: 'Para uma rede de reconhecimento facial, o rosto restaurado é da mesma pessoa.',
        other: 'Para uma rede de reconhecimento facial, os # rostos restaurados são das mesmas pessoas.',
      }),
    unknownText: (count, of) =>
      of === 1
        ? 'O rosto é pequeno ou desfocado demais na foto para saber.'
        : plural(count, {
            one: `# de ${of} rostos é pequeno ou desfocado demais na foto para saber.`,
            other: `# de ${of} rostos são pequenos ou desfocados demais na foto para saber.`,
          }),
    lookText: (count) =>
      plural(count, {
        one: '# rosto talvez já não pareça a mesma pessoa.',
        other: '# rostos talvez já não pareçam as mesmas pessoas.',
      }),
    scale: (value) => `Identidade ${value} em uma escala de 0 a 1. Desconhecidos chegam a cerca de 0,4.`,
    strangers: 'desconhecidos',
    samePerson: 'mesma pessoa',
    worst: (number) => `Ver o rosto ${number}`,
  },

  metrics: {
    title: 'Para especialistas',
    againstInput:
      'Comparado com sua foto, ampliada sem IA. Os valores dizem quanto mudou, não quão bom o resultado parece.',
    againstReference: 'Comparado com a imagem de referência enviada com a foto.',
    psnr: { name: 'PSNR', description: 'Pixel a pixel, em decibéis. Acima de 40 quase não há diferença.' },
    ssim: { name: 'SSIM', description: 'Bordas e texturas. 1 quer dizer idêntico.' },
    lpips: { name: 'LPIPS', description: 'Quão diferentes as imagens parecem a uma rede. 0 quer dizer idênticas.' },
    identity: { name: 'Identidade', description: 'Semelhança do rosto que mais mudou. 1 quer dizer idêntico.' },
  },

  faces: {
    title: 'Rostos',
    whole: 'Foto inteira',
    one: (number) => `Rosto ${number}`,
    kinds: {
      sure: (value) => `identidade ${value}, a mesma pessoa`,
      doubtful: (value) => `identidade ${value}, olhe de novo`,
      unknown: 'pequeno ou desfocado demais para saber',
      unchanged: 'deixado como estava',
    },
    zoom: (number, state) => `Rosto ${number}: ${state}. Ampliar dos dois lados`,
  },

  times: {
    title: 'Tempo de processamento',
    total: (duration) => `${duration} no total. Algumas etapas ocorrem ao mesmo tempo.`,
  },

  tray: {
    label: 'Fotos desta aba',
    all: 'Todas as fotos',
    note: 'As fotos ficam nesta aba até você fechá-la.',
    open: (name, state) => `${name}: ${state}`,
    remove: (name) => `Remover ${name}`,
    removed: (name) => `${name} foi removida.`,
    undo: 'Desfazer',
    states: {
      ready: 'não começou',
      queued: 'esperando',
      uploading: 'enviando',
      processing: 'em andamento',
      done: 'restaurada',
      failed: 'falhou',
    },
  },

  batch: {
    title: (count) => plural(count, { one: '# foto', other: '# fotos' }),
    summary: (done, failed, left) =>
      [
        ...(done > 0 || failed + left === 0 ? [plural(done, { one: '# restaurada', other: '# restauradas' })] : []),
        ...(failed > 0 ? [plural(failed, { one: '# falhou', other: '# falharam' })] : []),
        ...(left > 0 ? [plural(left, { one: 'falta #', other: 'faltam #' })] : []),
      ].join(', '),
    start: (count) => plural(count, { one: 'Restaurar # foto', other: 'Restaurar # fotos' }),
    cancel: 'Cancelar tudo',
    retry: 'Tentar de novo',
    retryAll: (count) => plural(count, { one: 'Tentar de novo # que falhou', other: 'Tentar de novo # que falharam' }),
    final: (count) =>
      plural(count, {
        one: '# falharia de novo como está. Abra-a para ver o que ajuda.',
        other: '# falhariam de novo como estão. Abra-as para ver o que ajuda.',
      }),
    zip: (count) => plural(count, { one: 'Baixar # (ZIP)', other: 'Baixar as # (ZIP)' }),
    zipping: 'Preparando o ZIP…',
    csv: 'Relatório (CSV)',
    json: 'Relatório (JSON)',
    add: 'Adicionar fotos',
    clear: 'Remover todas',
    opening: (done, total) => `Abrindo ${done} de ${total}`,
  },

  failure: {
    stage: (stage) => `Etapa: ${stage}`,
    code: (status) => `Código ${status}`,
    retry: 'Tentar de novo',
    retryNow: 'Tentar agora',
    stopWaiting: 'Parar de esperar',
    waiting: (seconds) => `Nova tentativa automática em ${seconds} s`,
    gaveUp: 'Várias tentativas falharam. Você pode tentar de novo quando quiser.',
    back: 'Mudar opções',
    another: 'Outra foto',
    keyLabel: 'Chave de API',
    useKey: 'Usar esta chave',
    enlarge: 'Ampliar sem rostos',
    kept: 'Sua foto e suas opções ainda estão aqui.',
    kinds: {
      unreachable: {
        title: 'O serviço não responde',
        advice: 'Ele pode estar desligado, ou a rede pode ter caído.',
      },
      gateway: {
        title: 'Não foi possível chegar ao serviço',
        advice: 'Algo entre esta página e o serviço respondeu no lugar dele. Costuma se resolver em um minuto.',
      },
      lost: {
        title: 'A conexão caiu',
        advice: 'O serviço parou de responder durante o processamento. Costuma voltar em um minuto.',
      },
      garbled: {
        title: 'Não foi possível ler a resposta',
        advice: 'Algo entre esta página e o serviço respondeu no lugar dele, ou as versões não combinam.',
      },
      slow: {
        title: 'O envio demorou demais',
        advice: 'Tente uma conexão mais rápida ou um arquivo menor.',
      },
      bytes: { title: 'O arquivo é grande demais', advice: 'Salve com mais compressão ou reduza a foto.' },
      pixels: { title: 'A foto tem pixels demais', advice: 'Amplie menos ou reduza a foto.' },
      type: {
        title: 'O serviço não consegue ler este arquivo',
        get advice() {
          return `Salve a foto como ${formats.anyOf} e tente de novo.`;
        },
      },
      damaged: {
        title: 'A foto não pode ser decodificada',
        advice: 'Exporte ou copie de novo a partir da origem.',
      },
      small: {
        title: 'A foto é pequena demais',
        advice: 'O lado menor tem menos pixels do que um rosto precisa. Escolha uma versão maior.',
      },
      complex: {
        title: 'Ler este arquivo exige trabalho demais',
        advice: 'Abra a foto em outro programa e salve de novo.',
      },
      proportions: {
        title: 'A foto é comprida e estreita demais',
        advice: 'Recorte a parte com os rostos e tente de novo.',
      },
      forbidden: {
        title: 'O serviço não permite isso',
        advice: 'Quem o opera decide quais endereços, páginas e chaves podem usá-lo.',
      },
      option: {
        title: 'O serviço não aceitou o pedido',
        advice: 'Mude as opções e tente de novo.',
      },
      key: {
        title: 'Este serviço pede uma chave de API',
        advice:
          'Quem opera o serviço a fornece. A chave fica apenas na memória desta aba e desaparece quando você a fecha.',
      },
      noFace: {
        title: 'Nenhum rosto foi encontrado',
        advice:
          'Rostos muito pequenos, virados ou quase escondidos não são detectados. Tente um recorte mais próximo ou amplie a foto como está.',
      },
      rate: {
        title: 'Pedidos demais',
        advice: 'O serviço limita quantos pedidos um endereço pode enviar.',
      },
      busy: { title: 'O serviço está ocupado', advice: 'Outros pedidos vêm antes.' },
      stageGone: {
        title: 'Parte do serviço não está disponível',
        advice: 'Ela pode estar iniciando ou reiniciando.',
      },
      deadline: {
        title: 'O processamento demorou demais',
        advice: 'Amplie menos, escolha uma foto menor ou tente quando o serviço estiver menos ocupado.',
      },
      stageFailed: {
        title: 'Uma etapa falhou nesta foto',
        advice: 'Nenhum resultado é mostrado, porque poderia estar errado. Outras opções podem funcionar.',
      },
      gone: {
        title: 'O trabalho não está mais aqui',
        advice:
          'Os resultados ficam guardados só por um tempo, e trabalhos cancelados não ficam. Escolha o arquivo e restaure-o de novo.',
      },
      internal: {
        title: 'Algo deu errado dentro do serviço',
        advice: 'O registro do serviço tem os detalhes.',
      },
    },
  },

  film: {
    privacy:
      'Seu filme é enviado só a este serviço. Ele fica na memória, o resultado por um tempo, e nunca em um disco.',
    rules: (max) => `Ou um filme: ${films()}, até ${max}`,
    rulesElsewhere: 'Filmes são restaurados na linha de comando: visage video',
    unnamed: 'Filme',
    poster: 'Uma imagem do seu filme',
    length: 'Duração do filme',
    faces: (count) => plural(count, { one: '# nesta imagem', many: '# nesta imagem', other: '# nesta imagem' }),
    canceled: 'Cancelado. Seu filme continua aqui.',
    notShown:
      'Este navegador não consegue reproduzir o filme, por isso ele não aparece. O serviço pode restaurá-lo mesmo assim.',
    tooLarge: 'As imagens do resultado teriam pixels demais.',
    takesNone: 'Este serviço não aceita filmes.',
    tooManyBytes: (has, max) => `Este filme tem ${has}. Este serviço aceita no máximo ${max}.`,
    tooLong: (has, max) => `Este filme dura ${has}. Este serviço aceita no máximo ${max}.`,
    tooManyPixels: (has, max) => `Cada imagem tem ${has} megapixels. Este serviço aceita no máximo ${max}.`,
    commandLine: 'Onde o Visage está instalado, a linha de comando o restaura, sem estes limites:',
    copyCommand: 'Copiar o comando',
    copyFailed: 'O navegador não permitiu copiar. Selecione o comando.',
    another: 'Outro arquivo',
    close: 'Remover o filme',
    deinterlace: {
      label: 'Desentrelaçar',
      help: 'Para gravações de televisão cujas bordas parecem pentes.',
    },
    codecHelp: 'Navegadores reproduzem H.264. FFV1 é sem perdas e grande.',
    working: 'Restaurando seu filme',
    uploading: 'Enviando o filme',
    position: (position) => `Número ${position} na fila`,
    lost: 'O serviço não responde. Ele continua com o filme; esta página continua perguntando.',
    address: 'Você pode fechar esta página: o endereço dela leva de volta ao filme. Quem tiver o endereço também o vê.',
    failed: 'Não foi possível restaurar o filme',
    play: 'Reproduzir',
    pause: 'Pausar',
    mute: 'Sem som',
    unmute: 'Com som',
    time: 'Posição no filme',
    notPlayed: 'Este navegador não consegue reproduzir o resultado. O download o contém.',
    originalGone: 'O serviço não guarda o original. Escolha-o outra vez para comparar os dois.',
    chooseOriginal: 'Escolher o original',
    otherFilm: 'É outro filme: a duração ou a forma difere, ou este navegador não consegue reproduzi-lo.',
    pictures: 'Imagens',
    shots: 'Tomadas',
    identity: (mean, least) => `${mean} em média, no mínimo ${least}`,
    flicker: 'Cintilação dos rostos',
    flickerValues: (before, after) => `${before} antes, ${after} agora`,
    interlaced: (count) =>
      plural(count, {
        one: '# imagem tem dois campos e foi restaurada como está. “Desentrelaçar” a completa.',
        many: '# imagens têm dois campos e foram restauradas como estão. “Desentrelaçar” as completa.',
        other: '# imagens têm dois campos e foram restauradas como estão. “Desentrelaçar” as completa.',
      }),
    leftOut: 'Fora do resultado',
  },

  part: {
    failed: 'Esta parte da página não pôde ser carregada.',
    retry: 'Carregar de novo',
  },

  pageError: {
    title: 'Algo deu errado nesta página',
    text: 'Nada se perdeu.',
    kept: (count) => plural(count, { one: 'Sua foto ainda está aqui.', other: 'Suas # fotos ainda estão aqui.' }),
    none: 'Nenhuma foto estava aberta.',
    continue: 'Continuar',
  },

  notFound: { title: 'Página não encontrada', back: 'Ir para a página inicial' },
};
